package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One column of the metrics of all runs: a small panel for each combination of what was swept, a line for each seed. */
final class CurveFigure {
    /** More are no longer small, nor does anybody look at them. */
    static final int MOST_PANELS = 48;

    static final int MOST_LINES = 12;

    private static final int COLUMNS = 4;
    private static final int PANEL_HEIGHT = 200;
    private static final int LONGEST_TITLE = 36;

    private final SweepRecord sweep;
    private final Map<List<Object>, List<SweptRun>> combinations;

    CurveFigure(SweepRecord sweep) {
        this.sweep = sweep;
        combinations = sweep.combinations();
    }

    /** Nothing before the first evaluation of a run. */
    Optional<Figure> draw() {
        boolean any = sweep.runs().stream().anyMatch(run -> run.curve().steps().length > 0);
        if (!any) {
            return Optional.empty();
        }
        double lastStep = sweep.runs().stream()
                .mapToDouble(SweptRun::lastStep)
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        Axis steps = Axis.linear("step", 0, Math.max(1, lastStep));
        Axis values = valueAxis();
        List<Panel> panels = combinations.entrySet().stream()
                .limit(MOST_PANELS)
                .map(entry -> panel(title(entry.getKey()), entry.getValue(), steps, values))
                .toList();
        return Optional.of(new Figure(
                "curves",
                sweep.column() + " by step, a panel for each combination of what was swept",
                COLUMNS,
                PANEL_HEIGHT,
                panels));
    }

    /** What was left out, in a sentence; empty if nothing was. */
    String leftOut() {
        String text = "";
        if (combinations.size() > MOST_PANELS) {
            text += "Shown are the first " + MOST_PANELS + " of " + combinations.size() + " combinations. ";
        }
        int lines = combinations.values().stream().mapToInt(List::size).max().orElse(0);
        if (lines > MOST_LINES) {
            text += "Each panel shows at most " + MOST_LINES + " of up to " + lines + " runs. ";
        }
        return text.isEmpty() ? "" : text + "The table below, table.csv and the reports of the runs have all of them.";
    }

    private Panel panel(String title, List<SweptRun> runs, Axis steps, Axis values) {
        List<Object> seeds = sweep.values(SweepRecord.SEED);
        List<Line> lines = new ArrayList<>();
        List<Points> groks = new ArrayList<>();
        runs.stream().limit(MOST_LINES).forEach(run -> {
            int colour = seeds.indexOf(run.planned().swept().get(SweepRecord.SEED)) % Palette.GREY;
            SweptRun.Curve curve = run.curve();
            lines.add(Line.solid(run.name(), curve.steps(), curve.values(), Math.max(0, colour)));
            int row = Arrays.binarySearch(curve.steps(), run.grokStep());
            if (row >= 0) {
                groks.add(new Points(
                        "",
                        new double[] {curve.steps()[row]},
                        new double[] {curve.values()[row]},
                        List.of("grokked at step " + (long) run.grokStep()),
                        Math.max(0, colour),
                        Points.Mark.DOT));
            }
        });
        return new Panel(title, steps, values, List.of(), lines, groks, List.of(), List.of(), List.of(), false);
    }

    private String title(List<Object> point) {
        List<String> axes = sweep.axes();
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            parts.add(sweep.shortName(axes.get(i)) + " " + SweptAxis.text(point.get(i)));
        }
        String title = parts.isEmpty() ? "all runs" : String.join(", ", parts);
        return title.length() <= LONGEST_TITLE ? title : title.substring(0, LONGEST_TITLE - 1) + "…";
    }

    /** The same for all panels, so that they can be compared. */
    private Axis valueAxis() {
        String column = sweep.column();
        if (column.contains("accuracy")) {
            return Axis.linear(column, 0, 1);
        }
        double[] all = sweep.runs().stream()
                .flatMapToDouble(run -> Arrays.stream(run.curve().values()))
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        boolean logarithmic = column.contains("loss") || column.contains("norm");
        double[] shown =
                logarithmic ? Arrays.stream(all).filter(value -> value > 0).toArray() : all;
        if (shown.length == 0 || shown[0] == shown[shown.length - 1]) {
            return logarithmic ? Axis.log(column) : Axis.linear(column);
        }
        return new Axis(column, logarithmic, shown[0], shown[shown.length - 1], List.of());
    }
}
