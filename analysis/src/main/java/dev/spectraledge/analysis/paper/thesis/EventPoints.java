package dev.spectraledge.analysis.paper.thesis;

import dev.spectraledge.analysis.paper.WindowName;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.report.plot.Points.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.DoubleStream;

/** Panels with a point for each run: where an event comes, against what it should not depend on or should come before. */
final class EventPoints {
    private final List<WatchedRun> runs;

    EventPoints(List<WatchedRun> runs) {
        this.runs = runs;
    }

    /** Marks in the making. */
    private static final class Marks {
        private final List<Double> x = new ArrayList<>();
        private final List<Double> y = new ArrayList<>();
        private final List<String> names = new ArrayList<>();

        void add(double atX, double atY, String name) {
            x.add(atX);
            y.add(atY);
            names.add(name);
        }

        boolean isEmpty() {
            return x.isEmpty();
        }

        Points points(String label, int colour, Mark mark) {
            return new Points(label, array(x), array(y), names, colour, mark);
        }

        DoubleStream all() {
            return DoubleStream.concat(
                    x.stream().mapToDouble(v -> v), y.stream().mapToDouble(v -> v));
        }

        private static double[] array(List<Double> values) {
            return values.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    /** Steps of flips against those of the first window without the first update, and the grok steps of the same runs. */
    Optional<Panel> flips() {
        Marks flips = new Marks();
        Marks groks = new Marks();
        for (WatchedRun run : runs) {
            if (run.decays()) {
                flips(run, flips, groks);
            }
        }
        if (flips.isEmpty()) {
            return Optional.empty();
        }
        List<Points> points = new ArrayList<>(List.of(flips.points("flip of v₁", Palette.BLUE, Mark.DOT)));
        if (!groks.isEmpty()) {
            points.add(groks.points("grok step", Palette.VERMILION, Mark.DOT));
        }
        return Optional.of(panel(
                "Every run and window",
                "stride·(W + 1)",
                "step",
                points,
                diagonal(
                        "flip at stride·(W + 1)",
                        DoubleStream.concat(flips.all(), groks.all()).toArray())));
    }

    private static void flips(WatchedRun run, Marks flips, Marks groks) {
        for (String item : run.items("flip-step")) {
            OptionalLong first = WindowName.firstWithoutFirstUpdate(item);
            OptionalDouble step = run.value("flip-step", item);
            if (first.isPresent() && step.isPresent()) {
                String name = run.run().title() + ", " + WindowName.spelled(item);
                flips.add((double) first.getAsLong(), step.getAsDouble(), name);
                if (run.grokked()) {
                    groks.add(
                            (double) first.getAsLong(), (double) run.reference().orElseThrow(), name);
                }
            }
        }
    }

    /** How far g23 declines with decay against how far it does without. */
    Optional<Panel> declines() {
        Marks marks = new Marks();
        for (WatchedRun run : runs) {
            OptionalDouble own = run.value("decline", "decline");
            OptionalDouble other =
                    control(run).map(found -> found.value("decline", "decline")).orElse(OptionalDouble.empty());
            if (run.grokked() && own.isPresent() && other.isPresent()) {
                marks.add(other.getAsDouble(), own.getAsDouble(), run.run().title());
            }
        }
        return marks.isEmpty()
                ? Optional.empty()
                : Optional.of(panel(
                        "Every run",
                        "decline without decay",
                        "decline with decay",
                        List.of(marks.points("runs", Palette.BLUE, Mark.DOT)),
                        diagonal("as far without decay", marks.all().toArray())));
    }

    /** The run of the same seed without decay. */
    private Optional<WatchedRun> control(WatchedRun run) {
        Optional<String> name = Optional.of(run.run().subject().name());
        return runs.stream()
                .filter(other -> !other.decays()
                        && other.run().subject().controlOf().equals(name)
                        && other.run().seed() == run.run().seed())
                .findFirst();
    }

    /** Onsets of the defect against grok steps. */
    Optional<Panel> onsets() {
        Marks grokking = new Marks();
        Marks never = new Marks();
        for (WatchedRun run : runs) {
            OptionalDouble onset = run.value("onset-step", "defect");
            if (onset.isPresent() && run.reference().isPresent()) {
                Marks marks = run.grokked() ? grokking : never;
                marks.add(
                        (double) run.reference().getAsLong(),
                        onset.getAsDouble(),
                        run.run().title());
            }
        }
        List<Points> points = new ArrayList<>();
        if (!grokking.isEmpty()) {
            points.add(grokking.points("runs that grok", Palette.BLUE, Mark.DOT));
        }
        if (!never.isEmpty()) {
            points.add(never.points("runs that never grok", Palette.VERMILION, Mark.BEYOND));
        }
        return points.isEmpty()
                ? Optional.empty()
                : Optional.of(panel(
                        "Every run",
                        "grok step, or the matched one",
                        "onset of the defect",
                        points,
                        diagonal(
                                "onset at the grok step",
                                DoubleStream.concat(grokking.all(), never.all()).toArray())));
    }

    /** Where both are equal, over the range of some values. */
    static Line diagonal(String label, double[] values) {
        double least = DoubleStream.of(values).min().orElseThrow();
        double largest = DoubleStream.of(values).max().orElseThrow();
        double[] ends = {least, largest};
        return Line.dashed(label, ends, ends, Palette.GREY);
    }

    /** With logarithmic axes. */
    static Panel panel(String title, String x, String y, List<Points> points, Line diagonal) {
        return new Panel(
                title,
                Axis.log(x),
                Axis.log(y),
                List.of(),
                List.of(diagonal),
                points,
                List.of(),
                List.of(),
                List.of(),
                true);
    }
}
