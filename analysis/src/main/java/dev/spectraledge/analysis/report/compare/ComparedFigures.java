package dev.spectraledge.analysis.report.compare;

import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** A panel for each shown column, with a line for each run that has it. */
final class ComparedFigures {
    /** Names of the figures, also of those that are not there this time. */
    static final List<String> NAMES = List.of("learning", "spectrum");

    private static final int COLUMNS = 2;
    private static final int LONGEST_LABEL = 40;
    private static final int MOST_NAMED = 4;

    private final List<ComparedRun> runs;
    private final List<String> columns;
    private final RunColours colours;
    private final Axis steps;

    ComparedFigures(List<ComparedRun> runs, List<String> columns, RunColours colours) {
        this.runs = runs;
        this.columns = columns;
        this.colours = colours;
        double last = runs.stream().mapToDouble(ComparedRun::lastStep).max().orElse(1);
        steps = Axis.linear("training step", 0, Math.max(1, last));
    }

    /**
     * A figure with what it lacks.
     *
     * @param missing which runs have no line in a panel, in sentences; empty if each has one
     */
    record Drawn(Figure figure, String missing) {}

    /** Columns of metrics. */
    Optional<Drawn> learning() {
        return figure(NAMES.get(0), "Losses, accuracies and norms of the runs by step", ComparedRun::metrics);
    }

    /** Columns of spectra. */
    Optional<Drawn> spectrum() {
        return figure(NAMES.get(1), "Quantities of the windows of updates of the runs by step", ComparedRun::spectra);
    }

    private Optional<Drawn> figure(String name, String description, Function<ComparedRun, Map<String, Curve>> part) {
        List<Panel> panels = new ArrayList<>();
        Map<String, List<String>> missing = new LinkedHashMap<>();
        for (String column : columns) {
            Collection<Curve> curves = runs.stream()
                    .map(run -> part.apply(run).get(column))
                    .filter(Objects::nonNull)
                    .toList();
            if (!curves.isEmpty()) {
                panels.add(panel(new ShownColumn(column), curves, part));
                without(column, part)
                        .ifPresent(those -> missing.computeIfAbsent(those, any -> new ArrayList<>())
                                .add(column));
            }
        }
        return panels.isEmpty()
                ? Optional.empty()
                : Optional.of(new Drawn(new Figure(name, description, COLUMNS, panels), sentences(missing)));
    }

    private Panel panel(ShownColumn column, Collection<Curve> curves, Function<ComparedRun, Map<String, Curve>> part) {
        List<Line> lines = new ArrayList<>();
        List<Points> groks = new ArrayList<>();
        for (ComparedRun run : runs) {
            Curve curve = part.apply(run).get(column.name());
            if (curve != null) {
                int colour = colours.colour(run);
                lines.add(new Line(
                        cut(run.label()), curve.steps(), curve.values(), colour, column.stroke(colours.stroke(run))));
                grok(run, curve, colour).ifPresent(groks::add);
            }
        }
        return new Panel(
                column.title(),
                steps,
                column.axis(curves),
                List.of(),
                lines,
                groks,
                List.of(),
                List.of(),
                List.of(),
                colours.isEachDifferent());
    }

    private static Optional<Points> grok(ComparedRun run, Curve curve, int colour) {
        if (run.grokStep().isEmpty()
                || Double.isNaN(curve.at((double) run.grokStep().getAsLong()))) {
            return Optional.empty();
        }
        long step = run.grokStep().getAsLong();
        return Optional.of(new Points(
                "",
                new double[] {step},
                new double[] {curve.at((double) step)},
                List.of(run.label() + ": grokked at step " + step),
                colour,
                Points.Mark.DOT));
    }

    private static String cut(String label) {
        return label.length() <= LONGEST_LABEL ? label : label.substring(0, LONGEST_LABEL - 1) + "…";
    }

    private Optional<String> without(String column, Function<ComparedRun, Map<String, Curve>> part) {
        List<String> without = runs.stream()
                .filter(run -> !part.apply(run).containsKey(column))
                .map(ComparedRun::label)
                .toList();
        return without.isEmpty()
                ? Optional.empty()
                : Optional.of(without.size() <= MOST_NAMED ? String.join(", ", without) : without.size() + " runs");
    }

    private static String sentences(Map<String, List<String>> missing) {
        StringBuilder text = new StringBuilder();
        missing.forEach((those, columns) -> text.append(" Without ")
                .append(String.join(", ", columns))
                .append(": ")
                .append(those)
                .append('.'));
        return text.toString();
    }
}
