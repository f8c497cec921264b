package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.Report;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.SvgFigure;
import dev.spectraledge.trainer.sweep.SweptState;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final int MOST_NAMED_VALUES = 8;
    private static final int DIGITS = 3;

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
        figure(
                "Grok steps",
                new GrokFigure(sweep).draw(),
                "A point per run, a bar at the median over the seeds. Runs that have not grokked stand in the strip at the"
                        + " top, with the step at which they ended; they count in the median as later than all others.");
        combinations();
        CurveFigure curves = new CurveFigure(sweep);
        figure(
                "Curves of " + sweep.column(),
                curves.draw(),
                "A line per seed; a dot marks the step at which it has grokked. " + curves.leftOut());
        table();
        settings();
        files();
        return frame.finish("Steps, accuracies and rates are those that the runs recorded; medians are over seeds.");
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
        page.close();
    }

    private String subtitle() {
        List<String> parts = new ArrayList<>();
        for (String key : sweep.plan().sweptKeys()) {
            List<Object> values = sweep.values(key);
            String shown = values.stream()
                    .limit(MOST_NAMED_VALUES)
                    .map(SweptAxis::text)
                    .collect(Collectors.joining(", "));
            parts.add(sweep.shortName(key) + " " + shown + (values.size() > MOST_NAMED_VALUES ? ", …" : ""));
        }
        return String.join(" · ", parts);
    }

    private Map<String, String> keyNumbers() {
        Map<String, String> numbers = new LinkedHashMap<>();
        numbers.put("runs", NumberText.grouped(sweep.runs().size()));
        for (String state :
                Arrays.stream(SweptState.values()).map(SweptState::key).toList()) {
            long count = sweep.runs().stream()
                    .filter(run -> run.state().equals(state))
                    .count();
            if (count > 0) {
                numbers.put(state, NumberText.grouped(count));
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
        causes.forEach((cause, failed) -> {
            page.open("li").text(cause + " — ");
            failed.stream().limit(MOST_NAMED_FAILURES).forEach(run -> {
                link(run, run.name());
                page.text(" ");
            });
            if (failed.size() > MOST_NAMED_FAILURES) {
                page.text("and " + (failed.size() - MOST_NAMED_FAILURES) + " more");
            }
            page.close();
        });
        page.close().close();
    }

    private void damaged() {
        if (!sweep.damaged().isEmpty()) {
            page.open("aside", "class", "absent")
                    .leaf("p", "Not in this report:")
                    .open("ul");
            sweep.damaged().forEach(line -> page.leaf("li", line));
            page.close().close();
        }
    }

    private void figure(String title, Optional<Figure> figure, String caption) {
        figure.ifPresent(drawn -> {
            frame.section(title);
            page.open("figure").raw(SvgFigure.element(drawn));
            page.leaf("figcaption", caption.strip()).close().close();
        });
    }

    private void combinations() {
        frame.section("Over seeds");
        page.leaf("p", "Median, and in brackets the range.", "class", "lead");
        List<String> columns = new ArrayList<>();
        sweep.axes().forEach(key -> columns.add(sweep.shortName(key)));
        columns.addAll(List.of("runs", "grokked", "grok step", "final test accuracy", "steps/s"));
        startTable(columns);
        sweep.combinations().forEach(this::combination);
        page.close().close().close().close();
    }

    private void combination(List<Object> point, List<SweptRun> runs) {
        page.open("tr");
        point.forEach(value -> page.leaf("td", SweptAxis.text(value)));
        Sample groks = Sample.of(runs.stream().mapToDouble(SweptRun::grokStep).toArray());
        page.leaf("td", Integer.toString(runs.size()));
        page.leaf("td", groks.known() + " of " + groks.values().length);
        page.leaf("td", range(groks, SweepPage::step));
        page.leaf("td", range(runs, SweptRun::finalAccuracy));
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
        boolean folded = sweep.runs().size() > LONG_TABLE;
        if (folded) {
            page.open("details").leaf("summary", "All " + runs(sweep.runs().size()));
        }
        List<String> columns = new ArrayList<>(List.of("run"));
        sweep.plan().sweptKeys().forEach(key -> columns.add(sweep.shortName(key)));
        columns.addAll(List.of("state", "grok step"));
        sweep.separateGrokSteps().forEach(name -> columns.add(name.replace('_', ' ')));
        columns.addAll(List.of("last step", "final test accuracy"));
        boolean otherColumn = !sweep.column().equals("test_accuracy");
        if (otherColumn) {
            columns.add("final " + sweep.column());
        }
        columns.addAll(List.of("steps/s", "why it failed"));
        startTable(columns);
        sweep.runs().forEach(run -> row(run, otherColumn));
        page.close().close().close();
        if (folded) {
            page.close();
        }
        page.close();
    }

    private void row(SweptRun run, boolean otherColumn) {
        page.open("tr").open("td");
        link(run, run.planned().id());
        page.close();
        sweep.plan()
                .sweptKeys()
                .forEach(key ->
                        page.leaf("td", SweptAxis.text(run.planned().swept().get(key))));
        page.leaf("td", run.state(), "class", "state " + run.state());
        page.leaf("td", grokStep(run, "grok_step"));
        sweep.separateGrokSteps().forEach(name -> page.leaf("td", grokStep(run, name)));
        page.leaf("td", step(run.lastStep()));
        page.leaf("td", NumberText.significant(run.finalAccuracy(), DIGITS));
        if (otherColumn) {
            page.leaf("td", NumberText.significant(run.curve().last(), DIGITS));
        }
        page.leaf("td", NumberText.significant(run.stepsPerSecond(), DIGITS));
        page.leaf("td", run.cause(), "class", "cause").close();
    }

    private static String grokStep(SweptRun run, String name) {
        if (run.number(name).isPresent()) {
            return step(run.number(name).getAsDouble());
        }
        return run.state().equals("done") ? "never" : Double.isNaN(run.lastStep()) ? "–" : "not yet";
    }

    /** Within a box that scrolls where it is too wide. */
    private void startTable(List<String> columns) {
        page.open("div", "class", "wide")
                .open("table", "class", "numbers runs")
                .open("thead")
                .open("tr");
        columns.forEach(column -> page.leaf("th", column, "scope", "col"));
        page.close().close().open("tbody");
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
        frame.details("Settings that all runs have in common", sweep.commonConfiguration());
        Map<String, String> environment = sweep.commonEnvironment();
        if (!environment.isEmpty()) {
            frame.details("Environment that all runs have in common", environment);
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
