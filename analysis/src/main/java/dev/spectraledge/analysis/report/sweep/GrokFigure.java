package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Note;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.analysis.report.plot.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Grok steps against each swept key: a point per run, a line at the median. Runs that have not grokked are not left out:
 * they stand above all others, with the step at which they ended.
 */
final class GrokFigure {
    private static final int COLOURS = Palette.GREY;
    private static final int MOST_NOTES = 8;
    private static final int MOST_NAMED_RUNS = 500;
    /** More values are those of a random search, each with a run or two. */
    private static final int MOST_MEDIANS = 100;

    private static final int TICKS = 6;
    /** Parts of the height of the known steps, as exponents of their ratio. */
    private static final double LINE = 0.08;

    private static final double STRIP = 0.16;
    private static final double TOP = 0.36;

    private final SweepRecord sweep;
    private final List<SweptRun> begun;
    /** Each seed's place in the order of the plan. */
    private final Map<Object, Integer> seeds = new HashMap<>();

    private final double low;
    private final double high;

    GrokFigure(SweepRecord sweep) {
        this.sweep = sweep;
        begun = sweep.runs().stream()
                .filter(run -> !Double.isNaN(run.grokStep()))
                .toList();
        sweep.space().values(SweptSpace.SEED).forEach(seed -> seeds.put(seed, seeds.size()));
        double[] known = begun.stream()
                .mapToDouble(SweptRun::grokStep)
                .filter(Double::isFinite)
                .toArray();
        low = Arrays.stream(known).min().orElse(100) / 1.25;
        high = Math.max(Arrays.stream(known).max().orElse(1000) * 1.25, 4 * low);
    }

    /** Nothing if no run has begun, or nothing but the seed varies. */
    Optional<Figure> draw() {
        List<Panel> panels = new ArrayList<>();
        if (!begun.isEmpty()) {
            sweep.space().axes().forEach(key -> panels.add(panel(key)));
        }
        return panels.isEmpty()
                ? Optional.empty()
                : Optional.of(new Figure(
                        "grok-steps", "Step at which each run has grokked, against what was swept", 2, 300, panels));
    }

    /** What is left out, in sentences; empty if nothing is. */
    String leftOut() {
        String text = "";
        if (areUnnamed()) {
            text += "Beyond " + MOST_NAMED_RUNS
                    + " runs, points show no names, and only one of the runs on the same pixel is drawn. ";
        }
        if (sweep.space().axes().stream()
                .anyMatch(key -> sweep.space().values(key).size() > MOST_MEDIANS)) {
            text += "A key with more than " + MOST_MEDIANS + " values has no medians.";
        }
        return text;
    }

    private boolean areUnnamed() {
        return begun.size() > MOST_NAMED_RUNS;
    }

    private Panel panel(String key) {
        SweptAxis axis = new SweptAxis(key, sweep.space().values(key));
        List<Points> points = new ArrayList<>();
        List<Points> medians = new ArrayList<>();
        List<Note> notes = new ArrayList<>();
        Optional<String> colouring = colouring(key);
        List<Object> colours = colouring.map(sweep.space()::values).orElse(List.of(""));
        double width = 0.75 * axis.gap() / colours.size();
        for (int colour = 0; colour < colours.size(); colour++) {
            Object coloured = colours.get(colour);
            double offset = (colour - (colours.size() - 1) / 2.0) * width;
            List<SweptRun> members = begun.stream()
                    .filter(run -> colouring.isEmpty() || run.has(colouring.get(), coloured))
                    .toList();
            String label = colouring
                    .map(other -> sweep.space().shortName(other) + " " + SweptAxis.text(coloured))
                    .orElse("run");
            Placement placement = new Placement(key, axis, offset, 0.6 * width);
            Points grokked = placement.points(label, members, true, colour);
            points.add(grokked);
            points.add(placement.points(grokked.x().length == 0 ? label : "", members, false, colour));
            if (sweep.space().values(key).size() <= MOST_MEDIANS) {
                medians.add(placement.medians(medians.isEmpty() ? "median" : "", members, colour));
            }
        }
        points.addAll(medians);
        boolean never = begun.stream().anyMatch(run -> Double.isInfinite(run.grokStep()));
        if (never) {
            notes(key, axis, notes);
        }
        return new Panel(
                "Grok step by " + sweep.space().shortName(key),
                axis.axis(key),
                stepAxis(never),
                List.of(),
                List.of(),
                points.stream().filter(some -> some.x().length > 0).toList(),
                List.of(),
                never ? List.of(new Reference(above(LINE), "")) : List.of(),
                notes,
                true);
    }

    /** The other key with the fewest values, if there are few enough to give each a colour. */
    private Optional<String> colouring(String key) {
        return sweep.space().axes().stream()
                .filter(other ->
                        !other.equals(key) && sweep.space().values(other).size() <= COLOURS)
                .min(Comparator.comparingInt(
                        other -> sweep.space().values(other).size()));
    }

    private Axis stepAxis(boolean never) {
        if (!never) {
            return new Axis("grok step", true, low, high, List.of());
        }
        List<Scale.Tick> ticks = new ArrayList<>(new Scale.Log(low, high).ticks(TICKS));
        ticks.add(new Scale.Tick(above(STRIP), "never"));
        return new Axis("grok step", true, low, above(TOP), ticks);
    }

    private double above(double part) {
        return high * Math.pow(high / low, part);
    }

    /** Where runs ended that have not grokked, above the place of their value. */
    private void notes(String key, SweptAxis axis, List<Note> notes) {
        List<Object> values = sweep.space().values(key);
        if (values.size() > MOST_NOTES) {
            return;
        }
        for (Object value : values) {
            Sample ends = Sample.of(begun.stream()
                    .filter(run -> run.has(key, value))
                    .filter(run -> Double.isInfinite(run.grokStep()))
                    .mapToDouble(SweptRun::lastStep)
                    .toArray());
            if (!ends.isEmpty()) {
                String text = ends.least() == ends.greatest()
                        ? "to " + step(ends.least())
                        : "to " + step(ends.least()) + " … " + step(ends.greatest());
                notes.add(new Note(axis.position(value), above((STRIP + TOP) / 2), text));
            }
        }
    }

    private static String step(double step) {
        return NumberText.grouped((long) step);
    }

    /** Where the runs of one colour stand. */
    private final class Placement {
        private final String key;
        private final SweptAxis axis;
        private final double offset;
        private final double spread;

        Placement(String key, SweptAxis axis, double offset, double spread) {
            this.key = key;
            this.axis = axis;
            this.offset = offset;
            this.spread = spread;
        }

        Points points(String label, List<SweptRun> members, boolean grokked, int colour) {
            List<SweptRun> shown = members.stream()
                    .filter(run -> Double.isFinite(run.grokStep()) == grokked)
                    .toList();
            return new Points(
                    label,
                    shown.stream().mapToDouble(this::x).toArray(),
                    shown.stream().mapToDouble(run -> y(run.grokStep())).toArray(),
                    areUnnamed() ? List.of() : shown.stream().map(this::name).toList(),
                    colour,
                    grokked ? Points.Mark.DOT : Points.Mark.BEYOND);
        }

        Points medians(String label, List<SweptRun> members, int colour) {
            List<Object> values = sweep.space().values(key);
            double[] medians = values.stream()
                    .mapToDouble(value -> Sample.of(members.stream()
                                    .filter(run -> run.has(key, value))
                                    .mapToDouble(SweptRun::grokStep)
                                    .toArray())
                            .median())
                    .map(this::y)
                    .toArray();
            DoubleStream positions = values.stream().mapToDouble(value -> axis.position(value) + offset);
            return new Points(
                    label,
                    positions.toArray(),
                    medians,
                    Arrays.stream(medians)
                            .mapToObj(median -> median > high ? "median: never" : "median: step " + step(median))
                            .toList(),
                    colour,
                    Points.Mark.BAR);
        }

        /** Seeds stand side by side, as equal steps would hide one another. */
        private double x(SweptRun run) {
            int seed = seeds.getOrDefault(run.value(SweptSpace.SEED), 0);
            double place = seeds.size() < 2 ? 0 : seed / (seeds.size() - 1.0) - 0.5;
            return axis.position(run.value(key)) + offset + place * spread;
        }

        private double y(double grokStep) {
            return Double.isInfinite(grokStep) ? above(STRIP) : grokStep;
        }

        private String name(SweptRun run) {
            return run.name() + ": "
                    + (Double.isFinite(run.grokStep())
                            ? "grokked at step " + step(run.grokStep())
                            : "not grokked by step " + step(run.lastStep()) + " ("
                                    + run.state().key() + ")");
        }
    }
}
