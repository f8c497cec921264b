package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.report.plot.SvgFigure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One column of the metrics of runs: a small panel for each combination of what was swept, a line for each seed. */
final class CurveFigure {
    private static final int COLUMNS = 4;
    private static final int PANEL_HEIGHT = 200;
    private static final int LONGEST_TITLE = 36;

    private final SweepRecord sweep;
    private final Map<Object, Integer> colours = new HashMap<>();
    /** Whether titles have room for the names of keys. */
    private final boolean named;

    CurveFigure(SweepRecord sweep) {
        this.sweep = sweep;
        List<Object> seeds = sweep.space().values(SweptSpace.SEED);
        for (int i = 0; i < seeds.size(); i++) {
            colours.put(seeds.get(i), i % Palette.GREY);
        }
        named = sweep.drawn().panels().keySet().stream()
                .allMatch(point -> namedTitle(point).length() <= LONGEST_TITLE);
    }

    /** Nothing before the first evaluation of a run. */
    Optional<Figure> draw() {
        if (curves().allMatch(Curve::isEmpty)) {
            return Optional.empty();
        }
        double lastStep = sweep.runs().stream()
                .mapToDouble(SweptRun::lastStep)
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        Axis steps = Axis.linear("step", 0, Math.max(1, lastStep));
        Axis values = valueAxis();
        List<Panel> panels = sweep.drawn().panels().entrySet().stream()
                .map(entry -> panel(title(entry.getKey()), sweep.runs(entry.getValue()), steps, values))
                .toList();
        return Optional.of(new Figure(
                "curves",
                sweep.column() + " by step, a panel for each combination of what was swept",
                COLUMNS,
                PANEL_HEIGHT,
                panels));
    }

    private Stream<Curve> curves() {
        return sweep.runs().stream().map(SweptRun::curve);
    }

    /** What titles say, and what is left out, in sentences; empty if there is nothing to say. */
    String remarks() {
        int longest = curves().mapToInt(curve -> curve.steps().length).max().orElse(0);
        String text = named
                ? ""
                : "The title of a panel gives its values of "
                        + sweep.space().axes().stream()
                                .map(sweep.space()::shortName)
                                .collect(Collectors.joining(", "))
                        + ". ";
        text += sweep.drawn().leftOut();
        if (curves().anyMatch(Curve::thinned)) {
            text += "If a run has more than " + Curve.MOST_POINTS
                    + " evaluations, only every k-th one and the last are drawn, with the smallest k that "
                    + "leaves no more than that. ";
        }
        if (longest > SvgFigure.pointsDrawnSingly(COLUMNS)) {
            text += "Where more than two evaluations fall on a pixel, the line shows their middle and the "
                    + "shade their range.";
        }
        return text;
    }

    private Panel panel(String title, List<SweptRun> runs, Axis steps, Axis values) {
        List<Line> lines = new ArrayList<>();
        List<Points> groks = new ArrayList<>();
        runs.forEach(run -> {
            int colour = colours.getOrDefault(run.value(SweptSpace.SEED), 0);
            Curve curve = run.curve();
            String seed = "seed " + SweptAxis.text(run.value(SweptSpace.SEED));
            lines.add(Line.solid(seed, curve.steps(), curve.values(), colour));
            int row = Arrays.binarySearch(curve.steps(), run.grokStep());
            if (row >= 0) {
                groks.add(new Points(
                        "",
                        new double[] {curve.steps()[row]},
                        new double[] {curve.values()[row]},
                        List.of("grokked at step " + (long) run.grokStep()),
                        colour,
                        Points.Mark.DOT));
            }
        });
        return new Panel(title, steps, values, List.of(), lines, groks, List.of(), List.of(), List.of(), false);
    }

    private String title(List<Object> point) {
        if (named) {
            return namedTitle(point);
        }
        String title = point.stream().map(SweptAxis::text).collect(Collectors.joining(", "));
        return title.length() <= LONGEST_TITLE ? title : title.substring(0, LONGEST_TITLE - 1) + "…";
    }

    private String namedTitle(List<Object> point) {
        List<String> axes = sweep.space().axes();
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            parts.add(sweep.space().shortName(axes.get(i)) + " " + SweptAxis.text(point.get(i)));
        }
        return parts.isEmpty() ? "all runs" : String.join(", ", parts);
    }

    /** The same for all panels, so that they can be compared. */
    private Axis valueAxis() {
        String column = sweep.column();
        if (column.contains("accuracy")) {
            return Axis.linear(column, 0, 1);
        }
        boolean logarithmic = column.contains("loss") || column.contains("norm");
        DoubleSummaryStatistics shown = curves().flatMapToDouble(curve -> Arrays.stream(curve.values()))
                .filter(value -> Double.isFinite(value) && (value > 0 || !logarithmic))
                .summaryStatistics();
        if (shown.getMin() >= shown.getMax()) {
            return logarithmic ? Axis.log(column) : Axis.linear(column);
        }
        return new Axis(column, logarithmic, shown.getMin(), shown.getMax(), List.of());
    }
}
