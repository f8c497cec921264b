package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.Report;
import dev.spectraledge.analysis.report.compare.RunComparison;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweptState;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Writes the page of a sweep. */
final class SweepPage {
    /** A longer table opens on demand. */
    private static final int LONG_TABLE = 200;

    private static final int MOST_NAMED_FAILURES = 10;
    /** Causes of failure, and damaged files. */
    private static final int MOST_REASONS = 50;

    private static final int LONGEST_REASON = 200;
    private static final int MOST_NAMED_VALUES = 8;
    private static final int DIGITS = 3;
    private static final String COMPARISON = RunComparison.FOLDER + "/" + RunComparison.FILE_NAME;

    private final SweepRecord sweep;
    private final HtmlPage frame;
    private final Markup page;

    SweepPage(SweepRecord sweep) {
        this.sweep = sweep;
        frame = new HtmlPage(sweep.name());
        page = frame.markup();
    }

    String html() {
        header();
        failures();
        damaged();
        frame.contents();
        GrokFigure groks = new GrokFigure(sweep);
        figure(
                "Grok steps",
                groks.draw(),
                "Each point is a run, and each bar is the median over the seeds. Runs that have not "
                        + "grokked stand in the strip at the top, with the step at which they ended; in the median "
                        + "they count as later than all others. "
                        + groks.leftOut());
        combinations();
        CurveFigure curves = new CurveFigure(sweep);
        figure(
                "Curves of " + sweep.column(),
                curves.draw(),
                "Each line is a seed; a dot marks the step at which it grokked. " + curves.remarks());
        table();
        settings();
        files();
        return frame.finish("The runs recorded these steps, accuracies and rates themselves. Medians are over seeds.");
    }

    private void header() {
        page.open("header").leaf("p", "Spectral Edge · sweep report", "class", "eyebrow");
        page.leaf("h1", sweep.name());
        long grokked = sweep.runs().stream()
                .filter(run -> Double.isFinite(run.grokStep()))
                .count();
        page.leaf("p", grokked + " of " + runs(sweep.runs().size()) + " grokked", "class", "verdict");
        page.leaf("p", subtitle(), "class", "subtitle");
        frame.keyNumbers(keyNumbers());
        if (Files.exists(sweep.plan().root().resolve(COMPARISON))) {
            page.open("p")
                    .leaf("a", "Curves of the runs laid over each other", "href", COMPARISON)
                    .close();
        }
        page.close();
    }

    private String subtitle() {
        List<String> parts = new ArrayList<>();
        for (String key : sweep.space().keys()) {
            List<Object> values = sweep.space().values(key);
            String shown = values.stream()
                    .limit(MOST_NAMED_VALUES)
                    .map(SweptAxis::text)
                    .collect(Collectors.joining(", "));
            parts.add(sweep.space().shortName(key) + " " + shown + (values.size() > MOST_NAMED_VALUES ? ", …" : ""));
        }
        return String.join(" · ", parts);
    }

    private Map<String, String> keyNumbers() {
        Map<String, String> numbers = new LinkedHashMap<>();
        numbers.put("runs", NumberText.grouped(sweep.runs().size()));
        for (SweptState state : SweptState.values()) {
            long count =
                    sweep.runs().stream().filter(run -> run.state() == state).count();
            if (count > 0) {
                numbers.put(state.key(), NumberText.grouped(count));
            }
        }
        double seconds = sweep.runs().stream()
                .mapToDouble(run -> run.number("wall_seconds").orElse(0))
                .sum();
        if (seconds > 0) {
            numbers.put("wall time of all runs", NumberText.duration(seconds));
        }
        return numbers;
    }

    private void failures() {
        Map<String, List<SweptRun>> causes = sweep.runs().stream()
                .filter(SweptRun::hasFailed)
                .collect(Collectors.groupingBy(SweptRun::cause, LinkedHashMap::new, Collectors.toList()));
        if (causes.isEmpty()) {
            return;
        }
        page.open("aside", "class", "absent").leaf("p", "Failed:").open("ul");
        causes.entrySet().stream().limit(MOST_REASONS).forEach(entry -> {
            List<SweptRun> failed = entry.getValue();
            page.open("li").text(cut(entry.getKey()) + " — ");
            failed.stream().limit(MOST_NAMED_FAILURES).forEach(run -> {
                link(run, run.name());
                page.text(" ");
            });
            if (failed.size() > MOST_NAMED_FAILURES) {
                page.text("and " + (failed.size() - MOST_NAMED_FAILURES) + " more");
            }
            page.close();
        });
        andMore(causes.size(), "causes");
        page.close().close();
    }

    /** Ends a list that shows {@link #MOST_REASONS} at most. */
    private void andMore(int all, String what) {
        if (all > MOST_REASONS) {
            page.leaf("li", "and " + NumberText.grouped(all - MOST_REASONS) + " other " + what);
        }
    }

    private static String cut(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON - 1) + "…";
    }

    private void damaged() {
        if (!sweep.damaged().isEmpty()) {
            page.open("aside", "class", "absent")
                    .leaf("p", "Not in this report:")
                    .open("ul");
            sweep.damaged().stream().limit(MOST_REASONS).forEach(line -> page.leaf("li", line));
            andMore(sweep.damaged().size(), "files");
            page.close().close();
        }
    }

    private void figure(String title, Optional<Figure> figure, String caption) {
        figure.ifPresent(drawn -> {
            frame.section(title);
            frame.figure(drawn, caption.strip());
            page.close();
        });
    }

    private void combinations() {
        frame.section("Over seeds");
        page.leaf("p", "Each cell has the median and, in brackets, the range.", "class", "lead");
        List<String> columns = new ArrayList<>();
        sweep.space().axes().forEach(key -> columns.add(sweep.space().shortName(key)));
        columns.addAll(List.of("runs", "grokked", "grok step", "final test accuracy", "steps/s"));
        Map<List<Object>, List<PlannedRun>> combinations = sweep.space().combinations();
        startTable(columns, combinations.size(), NumberText.grouped(combinations.size()) + " combinations");
        combinations.forEach((point, planned) -> combination(point, sweep.runs(planned)));
        endTable(combinations.size());
        page.close();
    }

    private void combination(List<Object> point, List<SweptRun> runs) {
        page.open("tr");
        point.forEach(value -> page.leaf("td", SweptAxis.text(value)));
        Sample groks = Sample.of(runs.stream().mapToDouble(SweptRun::grokStep).toArray());
        page.leaf("td", Integer.toString(runs.size()));
        page.leaf("td", groks.known() + " of " + groks.values().length);
        page.leaf("td", range(groks, SweepPage::step));
        page.leaf("td", range(runs, run -> run.evaluated().testAccuracy()));
        page.leaf("td", range(runs, SweptRun::stepsPerSecond));
        page.close();
    }

    private static String range(List<SweptRun> runs, ToDoubleFunction<SweptRun> quantity) {
        return range(
                Sample.of(runs.stream().mapToDouble(quantity).toArray()),
                value -> NumberText.significant(value, DIGITS));
    }

    private static String range(Sample sample, DoubleFunction<String> text) {
        if (sample.isEmpty()) {
            return "–";
        }
        String median = text.apply(sample.median());
        return sample.least() == sample.greatest()
                ? median
                : median + " (" + text.apply(sample.least()) + " … " + text.apply(sample.greatest()) + ")";
    }

    private static String step(double value) {
        return Double.isInfinite(value) ? "never" : Double.isNaN(value) ? "–" : NumberText.grouped((long) value);
    }

    private void table() {
        frame.section("Runs");
        int size = sweep.runs().size();
        List<String> columns = new ArrayList<>(List.of("run"));
        sweep.space().keys().forEach(key -> columns.add(sweep.space().shortName(key)));
        columns.addAll(List.of("state", "grok step"));
        sweep.separateGrokSteps().forEach(name -> columns.add(name.replace('_', ' ')));
        columns.addAll(List.of("last step", "final test accuracy"));
        boolean otherColumn = !sweep.column().equals("test_accuracy");
        if (otherColumn) {
            columns.add("final " + sweep.column());
        }
        columns.addAll(List.of("steps/s", "why it failed"));
        startTable(columns, size, runs(size));
        sweep.runs().forEach(run -> row(run, otherColumn));
        endTable(size);
        page.close();
    }

    private void row(SweptRun run, boolean otherColumn) {
        page.open("tr").open("td");
        link(run, run.planned().id());
        page.close();
        sweep.plan().sweptKeys().forEach(key -> page.leaf("td", SweptAxis.text(run.value(key))));
        page.leaf("td", run.state().key(), "class", "state " + run.state().key());
        page.leaf("td", grokStep(run, "grok_step"));
        sweep.separateGrokSteps().forEach(name -> page.leaf("td", grokStep(run, name)));
        page.leaf("td", step(run.lastStep()));
        page.leaf("td", NumberText.significant(run.evaluated().testAccuracy(), DIGITS));
        if (otherColumn) {
            page.leaf("td", NumberText.significant(run.evaluated().shown(), DIGITS));
        }
        page.leaf("td", NumberText.significant(run.stepsPerSecond(), DIGITS));
        page.leaf("td", cut(run.cause()), "class", "cause").close();
    }

    private static String grokStep(SweptRun run, String name) {
        if (run.number(name).isPresent()) {
            return step(run.number(name).getAsDouble());
        }
        return run.state() == SweptState.DONE ? "never" : Double.isNaN(run.lastStep()) ? "–" : "not yet";
    }

    /** Within a box that scrolls where it is too wide, and if it is long within one that opens on demand. */
    private void startTable(List<String> columns, int rows, String what) {
        if (rows > LONG_TABLE) {
            page.open("details").leaf("summary", "All " + what);
        }
        HtmlPage.startWide(page, what)
                .open("table", "class", "numbers runs")
                .open("thead")
                .open("tr");
        columns.forEach(column -> page.leaf("th", column, "scope", "col"));
        page.close().close().open("tbody");
    }

    private void endTable(int rows) {
        page.close().close().close();
        if (rows > LONG_TABLE) {
            page.close();
        }
    }

    /** To the report of a run, else to its directory, else to nothing. */
    private void link(SweptRun run, String text) {
        String folder = "runs/" + run.planned().id() + "/";
        if (Files.exists(run.directory().resolve(Report.FILE_NAME))) {
            page.leaf("a", text, "href", HtmlPage.link(folder + Report.FILE_NAME));
        } else if (Files.exists(run.directory())) {
            page.leaf("a", text, "href", HtmlPage.link(folder));
        } else {
            page.text(text);
        }
    }

    private void settings() {
        frame.section("Configuration and environment");
        frame.details("Settings that all runs share", sweep.commonConfiguration());
        Map<String, String> environment = sweep.commonEnvironment();
        if (!environment.isEmpty()) {
            frame.details("Environment that all runs share", environment);
        }
        Map<String, String> different = new LinkedHashMap<>();
        sweep.differentEnvironments()
                .forEach((name, values) -> different.put(
                        name,
                        values.stream().limit(MOST_NAMED_VALUES).collect(Collectors.joining("; "))
                                + (values.size() > MOST_NAMED_VALUES ? "; …" : "")));
        if (!different.isEmpty()) {
            frame.details("Environment that differs between runs", different);
        }
        page.close();
    }

    private void files() {
        frame.section("Files of this sweep");
        page.open("ul", "class", "files");
        for (String file : List.of(SweepTable.FILE_NAME, "runs.jsonl", "sweep.yaml", "runs/")) {
            if (Files.exists(sweep.plan().root().resolve(file))) {
                page.open("li").leaf("a", file, "href", file).close();
            }
        }
        page.close().close();
    }

    private static String runs(int count) {
        return count == 1 ? "1 run" : NumberText.grouped(count) + " runs";
    }
}
