package dev.spectraledge.analysis.report.compare;

import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.Report;
import dev.spectraledge.trainer.io.EventLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Writes the page of a comparison. */
final class ComparisonPage {
    /** More runs stand one below another. */
    private static final int MOST_SIDE_BY_SIDE = 6;

    private static final int MOST_NAMED = 3;
    private static final int MOST_EVENTS = 200;
    private static final int LONGEST_VALUE = 60;
    private static final int DIGITS = 4;

    private final Path folder;
    private final RunComparison comparison;
    private final List<ComparedRun> runs;
    private final HtmlPage frame;
    private final Markup page;

    /** @param folder that the page is to lie in */
    ComparisonPage(Path folder, RunComparison comparison) {
        this.folder = folder;
        this.comparison = comparison;
        this.runs = comparison.runs();
        this.frame = new HtmlPage(title());
        this.page = frame.markup();
    }

    private String title() {
        if (runs.size() > MOST_NAMED) {
            return runs.size() + " runs";
        }
        String others =
                runs.stream().limit(runs.size() - 1L).map(ComparedRun::label).collect(Collectors.joining(", "));
        return others + " and " + runs.getLast().label();
    }

    String html() {
        header();
        leftOut();
        frame.contents();
        figure(
                "Learning",
                comparison.figures().learning(),
                "Each run recorded these losses and accuracies itself. A dot marks the step at which a run grokked.");
        figure(
                "The spectral edge",
                comparison.figures().spectrum(),
                "Each curve comes from the first observer of its run that recorded the quantity. Windows "
                        + "and subsets differ where the configurations do.");
        differences();
        numbers();
        events();
        common();
        files();
        return frame.finish("Every number was recorded by the run itself.");
    }

    private void header() {
        page.open("header").leaf("p", "Spectral Edge · comparison", "class", "eyebrow");
        page.leaf("h1", title());
        if (!comparison.colours().sentence().isEmpty()) {
            page.leaf("p", comparison.colours().sentence(), "class", "subtitle");
        }
        page.open("ul", "class", "key");
        for (ComparedRun run : runs) {
            page.open("li");
            page.leaf("span", "", "class", comparison.colours().cssClass(run));
            link(run);
            page.leaf("small", " " + outcome(run)).close();
        }
        page.close().close();
    }

    private static String outcome(ComparedRun run) {
        List<String> parts = new ArrayList<>(List.of(run.state()));
        run.finalStep().ifPresent(step -> parts.add(NumberText.grouped(step) + (step == 1 ? " step" : " steps")));
        run.grokStep().ifPresent(step -> parts.add("grokked at step " + NumberText.grouped(step)));
        return String.join(", ", parts);
    }

    /** To the report of a run, else to its directory. */
    private void link(ComparedRun run) {
        Path report = run.directory().resolve(Report.FILE_NAME);
        boolean reported = Files.exists(report);
        String target = RunComparison.relative(folder, reported ? report : run.directory()) + (reported ? "" : "/");
        page.leaf("a", run.label(), "href", HtmlPage.link(target));
    }

    private void leftOut() {
        List<String> lines = new ArrayList<>(comparison.remarks());
        runs.forEach(run -> run.absent().forEach(line -> lines.add(run.label() + ": " + line)));
        if (!lines.isEmpty()) {
            page.open("aside", "class", "absent").leaf("p", "Not on this page:").open("ul");
            lines.forEach(line -> page.leaf("li", line));
            page.close().close();
        }
    }

    private void figure(String title, Optional<ComparedFigures.Drawn> figure, String caption) {
        figure.ifPresent(drawn -> {
            frame.section(title);
            String file = RunComparison.FIGURES + "/" + drawn.figure().name() + ".svg";
            frame.figure(drawn.figure(), caption + drawn.missing(), file);
            page.close();
        });
    }

    private void differences() {
        frame.section("What differs");
        Map<String, List<String>> different = comparison.differences().different();
        if (different.isEmpty()) {
            page.leaf("p", "No setting differs: the runs have the same configuration.", "class", "lead");
        } else {
            table("What differs", different);
        }
        page.close();
    }

    private void numbers() {
        frame.section("Results");
        Map<String, List<String>> rows = new LinkedHashMap<>();
        row(rows, "state", runs.stream().map(ComparedRun::state).toList());
        row(rows, "grok step", runs.stream().map(run -> step(run.grokStep())).toList());
        row(rows, "last step", runs.stream().map(run -> step(run.finalStep())).toList());
        for (String column : comparison.columns()) {
            row(
                    rows,
                    "last " + column,
                    runs.stream()
                            .map(run ->
                                    number(run.curve(column).map(Curve::last).orElse(Double.NaN)))
                            .toList());
        }
        table("Results", rows);
        page.close();
    }

    private static String number(double value) {
        return value == Math.rint(value) && Double.isFinite(value)
                ? NumberText.grouped((long) value)
                : NumberText.significant(value, DIGITS);
    }

    /** Unless no run has anything to say. */
    private static void row(Map<String, List<String>> rows, String name, List<String> cells) {
        if (cells.stream().anyMatch(cell -> !cell.equals(Differences.NOTHING))) {
            rows.put(name, cells);
        }
    }

    private static String step(OptionalLong step) {
        return step.isPresent() ? NumberText.grouped(step.getAsLong()) : Differences.NOTHING;
    }

    /** A column per run; where they are many a row per run. */
    private void table(String label, Map<String, List<String>> rows) {
        List<String> names = List.copyOf(rows.keySet());
        boolean sideBySide = runs.size() <= MOST_SIDE_BY_SIDE;
        HtmlPage.startWide(page, label)
                .open("table", "class", "numbers runs")
                .open("thead")
                .open("tr");
        page.leaf("th", sideBySide ? "" : "run", "scope", "col");
        (sideBySide ? runs.stream().map(ComparedRun::label).toList() : names)
                .forEach(name -> page.leaf("th", cut(name), "scope", "col"));
        page.close().close().open("tbody");
        if (sideBySide) {
            rows.forEach(this::line);
        } else {
            for (int run = 0; run < runs.size(); run++) {
                int index = run;
                line(
                        runs.get(run).label(),
                        rows.values().stream().map(cells -> cells.get(index)).toList());
            }
        }
        page.close().close().close();
    }

    private void line(String name, List<String> cells) {
        page.open("tr").leaf("th", name, "scope", "row");
        cells.forEach(cell -> page.leaf("td", cut(cell)));
        page.close();
    }

    private static String cut(String value) {
        return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE - 1) + "…";
    }

    private record Happened(ComparedRun run, EventLog.Event event) {}

    private void events() {
        List<Happened> all = runs.stream()
                .flatMap(run -> run.events().stream().map(event -> new Happened(run, event)))
                .sorted(Comparator.comparingLong(happened -> happened.event().step()))
                .toList();
        if (all.isEmpty()) {
            return;
        }
        frame.section("Events");
        if (all.size() > MOST_EVENTS) {
            page.leaf(
                    "p",
                    "The first " + MOST_EVENTS + " of " + NumberText.grouped(all.size())
                            + "; events.csv in the folder of each run has all of its events.",
                    "class",
                    "lead");
        }
        HtmlPage.startWide(page, "Events")
                .open("table", "class", "numbers runs")
                .open("thead")
                .open("tr");
        List.of("step", "run", "event", "").forEach(name -> page.leaf("th", name, "scope", "col"));
        page.close().close().open("tbody");
        all.stream()
                .limit(MOST_EVENTS)
                .forEach(happened -> page.open("tr")
                        .leaf("td", NumberText.grouped(happened.event().step()))
                        .leaf("td", happened.run().label())
                        .leaf("td", happened.event().name())
                        .leaf("td", happened.event().detail(), "class", "cause")
                        .close());
        page.close().close().close().close();
    }

    private void common() {
        Map<String, String> common = comparison.differences().common();
        if (!common.isEmpty()) {
            frame.section("Configuration");
            frame.details("Settings that all runs share", common);
            page.close();
        }
    }

    private void files() {
        frame.section("Files of this comparison");
        page.open("ul", "class", "files");
        for (String file : List.of(ComparedTables.RUNS, ComparedTables.CURVES, RunComparison.DOCUMENT)) {
            page.open("li").leaf("a", file, "href", file).close();
        }
        page.close().close();
    }
}
