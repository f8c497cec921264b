package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.nulls.SurrogateWindows;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How far the directions of a window turn when it slides by one update (Lifecycle §4.22). Published: angles of v_1 to v_3 and
 * largest principal angles of their spans, and the means over the run. Controlled: the same of random updates of the same
 * norms, independent ones and ones with the windows' autocorrelation: two neighbouring windows have all updates but one in
 * common, so that directions without any meaning turn slowly as well. Also every width and cadence.
 */
public final class Rotation implements Experiment {
    private static final int WINDOW = GradientDecayDecomposition.WINDOW;
    private static final int DRAWS = 99;
    private static final int SWEEP_DRAWS = 9;
    private static final long STREAM = 0x726f7461;

    @Override
    public String name() {
        return "rotation";
    }

    @Override
    public String question() {
        return "How far do directions turn from window to window, and how far would meaningless directions turn?";
    }

    @Override
    public boolean dependsOnPhases() {
        return false;
    }

    @Override
    public boolean looksAtPhases() {
        return false;
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        Trajectory trajectory = Trajectory.of(run);
        long stride = Cadences.published(run);
        List<Long> steps = steps(trajectory, stride, WINDOW);
        if (steps.isEmpty()) {
            findings.lack(
                    "no two windows of " + WINDOW + " updates of " + stride + " steps follow each other",
                    Cadences.settings(run));
            return findings;
        }
        Map<String, List<Double>> published = angles(trajectory, steps, stride, WINDOW);
        published.forEach((item, values) -> {
            for (int i = 0; i < steps.size(); i++) {
                findings.published("angle", item, steps.get(i), values.get(i));
            }
            long last = steps.getLast();
            findings.published("mean-angle", item, last, Statistics.mean(values));
            int half = values.size() / 2;
            findings.published("mean-angle", item + "/first-half", last, Statistics.mean(values.subList(0, half)));
            findings.published(
                    "mean-angle", item + "/second-half", last, Statistics.mean(values.subList(half, values.size())));
        });
        for (NullModel model : NullModel.values()) {
            compare(run, trajectory, steps, stride, model, published, findings);
        }
        sweep(run, trajectory, findings);
        findings.figure(figure(findings));
        return findings;
    }

    /** Ends of full windows that another full one precedes by one update; as published the last snapshot has none. */
    private static List<Long> steps(Trajectory trajectory, long stride, int width) {
        return SnapshotSteps.ends(trajectory.steps(), stride, width + 1).stream()
                .filter(step -> step < trajectory.steps().last())
                .filter(step -> SnapshotSteps.window(trajectory.steps(), step, stride, width + 1)
                                .size()
                        == width + 2)
                .toList();
    }

    private static GramMatrix gram(Trajectory trajectory, long step, long stride, int width) {
        return trajectory.gram(SnapshotSteps.window(trajectory.steps(), step, stride, width + 1));
    }

    private static Map<String, List<Double>> angles(Trajectory trajectory, List<Long> steps, long stride, int width) {
        Map<String, List<Double>> result = new LinkedHashMap<>();
        WindowAngles angles = new WindowAngles(width);
        for (long step : steps) {
            angles.slide(gram(trajectory, step, stride, width));
            add(angles, result);
        }
        return result;
    }

    private static void add(WindowAngles angles, Map<String, List<Double>> target) {
        for (int k = 0; k < angles.directions(); k++) {
            target.computeIfAbsent("v" + (k + 1), item -> new ArrayList<>()).add(angles.angle(k));
        }
        for (int dimension = 2; dimension <= angles.directions(); dimension++) {
            target.computeIfAbsent("span" + dimension, item -> new ArrayList<>())
                    .add(angles.spanAngle(dimension));
        }
    }

    private static SurrogateWindows surrogates(StudiedRun run, int width) {
        return new SurrogateWindows(
                width + 1, new PhiloxKey(run.config().training().seed(), STREAM));
    }

    /** Mean angles of each surrogate of the whole run: one list per item, an entry for each draw. */
    private static Map<String, List<Double>> surrogateMeans(
            StudiedRun run,
            Trajectory trajectory,
            List<Long> steps,
            long stride,
            int width,
            NullModel model,
            int draws) {
        SurrogateWindows surrogates = surrogates(run, width);
        WindowAngles angles = new WindowAngles(width);
        List<GramMatrix> observed = steps.stream()
                .map(step -> gram(trajectory, step, stride, width))
                .toList();
        Map<String, List<Double>> means = new LinkedHashMap<>();
        for (int draw = 0; draw < draws; draw++) {
            Map<String, List<Double>> drawn = new LinkedHashMap<>();
            for (int i = 0; i < observed.size(); i++) {
                long number = (long) draw * observed.size() + i;
                angles.slide(surrogates.draw(model, observed.get(i), trajectory.parameters(), number));
                add(angles, drawn);
            }
            drawn.forEach((item, values) ->
                    means.computeIfAbsent(item, key -> new ArrayList<>()).add(Statistics.mean(values)));
        }
        return means;
    }

    private static void compare(
            StudiedRun run,
            Trajectory trajectory,
            List<Long> steps,
            long stride,
            NullModel model,
            Map<String, List<Double>> published,
            Findings findings) {
        String name = model.name().toLowerCase(Locale.ROOT);
        long last = steps.getLast();
        surrogateMeans(run, trajectory, steps, stride, WINDOW, model, DRAWS).forEach((item, means) -> {
            double observed = Statistics.mean(published.get(item));
            findings.controlled("mean-angle", item + "/" + name, last, Statistics.mean(means));
            findings.controlled("mean-angle-deviation", item + "/" + name, last, Statistics.deviation(means));
            findings.controlled(
                    "as-slow-by-chance", item + "/" + name, last, Null.of(means).atMost(observed));
        });
    }

    private static void sweep(StudiedRun run, Trajectory trajectory, Findings findings) {
        for (int width : Cadences.WIDTHS) {
            for (long stride : Cadences.available(run, width)) {
                List<Long> steps = steps(trajectory, stride, width);
                if (!steps.isEmpty()) {
                    String suffix = "/W=" + width + "/stride=" + stride;
                    long last = steps.getLast();
                    angles(trajectory, steps, stride, width)
                            .forEach((item, values) ->
                                    findings.controlled("mean-angle", item + suffix, last, Statistics.mean(values)));
                    surrogateMeans(run, trajectory, steps, stride, width, NullModel.INDEPENDENT, SWEEP_DRAWS)
                            .forEach((item, means) -> findings.controlled(
                                    "mean-angle", item + suffix + "/independent", last, Statistics.mean(means)));
                }
            }
        }
    }

    private static Figure figure(Findings findings) {
        List<Curve> directions = new ArrayList<>();
        for (int k = 0; k < WindowAngles.DIRECTIONS; k++) {
            String item = "v" + (k + 1);
            directions.add(Curve.published("angle", item, item, k));
        }
        List<Reference> chance = findings.measurements().stream()
                .filter(measurement -> measurement.quantity().equals("mean-angle")
                        && (measurement.item().equals("v1/independent")
                                || measurement.item().equals("v1/autocorrelated")))
                .map(measurement -> new Reference(
                        measurement.value(),
                        "v1 of random updates, " + measurement.item().substring(3)))
                .toList();
        return new Figure(
                "angle",
                "Angle by which directions and their spans turn from window to window",
                2,
                List.of(
                        PhaseFigures.panel(
                                "Directions",
                                Axis.log("step"),
                                Axis.linear("degrees", 0, 90),
                                findings,
                                directions,
                                chance),
                        PhaseFigures.panel(
                                "Spans, largest principal angle",
                                Axis.log("step"),
                                Axis.linear("degrees", 0, 90),
                                findings,
                                List.of(
                                        Curve.published("angle", "span2", "v1, v2", Palette.BLUE),
                                        Curve.published("angle", "span3", "v1 to v3", Palette.VERMILION)),
                                List.of())));
    }
}
