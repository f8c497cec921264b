package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * How the loss bends along each direction (Lifecycle §4.5). Published: a second difference of the loss at 0.001‖θ_A‖; here in
 * double, so that the rounding of the reference, 1e-4 to 1e-3, is not in it. Controlled: v·Hv from gradients; random
 * directions by the same second difference; the edge of every width and cadence; medians over the neighbouring snapshots.
 */
public final class Curvature implements Experiment {
    private static final int WINDOW = GradientDecayDecomposition.WINDOW;
    private static final int DIRECTIONS = 4;
    private static final int RANDOM_DIRECTIONS = 20;
    private static final long RANDOM_SEED = 5000;

    @Override
    public String name() {
        return "curvature";
    }

    @Override
    public String question() {
        return "How does the loss bend along each direction, and along random ones?";
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        long stride = Cadences.published(run);
        try (StudiedModel model =
                StudiedModel.of(run, run.data().test(), run.protocol(name()).count(Parameter.SEQUENCES))) {
            LossAlong loss = new LossAlong(model);
            UpdateWindow.atEach(run, phases.steps(PhaseTable.A), WINDOW, findings, window -> {
                long step = window.step();
                loss.load(step);
                List<Double> random = randomDirections(loss, step, findings);
                for (int k = 0; k < Math.min(DIRECTIONS, window.size()); k++) {
                    directions(loss, window.direction(k), "v" + (k + 1), step, random, findings);
                }
                sweep(run, loss, step, findings);
                neighbours(run, loss, step, stride, findings);
            });
        }
        findings.figure(figure(findings));
        return findings;
    }

    private static List<Double> randomDirections(LossAlong loss, long step, Findings findings) {
        List<Double> random = loss.alongRandom(RANDOM_DIRECTIONS, RANDOM_SEED, loss::secondDifference);
        findings.controlled("curvature", "random/mean", step, Statistics.mean(random));
        findings.controlled("curvature", "random/deviation", step, Statistics.deviation(random));
        findings.controlled(
                "curvature",
                "random/maximum",
                step,
                random.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
        return random;
    }

    private static void directions(
            LossAlong loss, Tensor direction, String item, long step, List<Double> random, Findings findings) {
        double published = loss.secondDifference(direction);
        findings.published("curvature", item, step, published);
        findings.controlled("curvature", item, step, loss.curvatureByCentralDifference(direction));
        findings.controlled("curvature-error-bound", item, step, loss.curvatureByCentralDifferenceBound(direction));
        findings.controlled("exceedance-of-random", item, step, exceedance(published, random));
    }

    /** How rarely random directions bend the loss as much, by magnitude. */
    static double exceedance(double value, List<Double> random) {
        return Null.of(random.stream().mapToDouble(Math::abs).toArray()).probability(Math.abs(value));
    }

    private static void sweep(StudiedRun run, LossAlong loss, long step, Findings findings) {
        for (int width : Cadences.WIDTHS) {
            for (long stride : Cadences.available(run, width)) {
                if (UpdateWindow.exists(run, step, stride, width)) {
                    try (UpdateWindow window = UpdateWindow.ending(run, step, stride, width)) {
                        for (int k = 0; k < UpdateWindow.EDGE; k++) {
                            findings.controlled(
                                    "curvature",
                                    "v" + (k + 1) + "/W=" + width + "/stride=" + stride,
                                    step,
                                    loss.secondDifference(window.direction(k)));
                        }
                    }
                }
            }
        }
    }

    private static void neighbours(StudiedRun run, LossAlong loss, long step, long stride, Findings findings) {
        List<List<Double>> found = new ArrayList<>();
        for (int k = 0; k < DIRECTIONS; k++) {
            found.add(new ArrayList<>());
        }
        for (long neighbour : SnapshotSteps.neighbours(run.steps(), step, stride, WINDOW)) {
            loss.load(neighbour);
            try (UpdateWindow window = UpdateWindow.ending(run, neighbour, stride, WINDOW)) {
                for (int k = 0; k < Math.min(DIRECTIONS, window.size()); k++) {
                    found.get(k).add(loss.secondDifference(window.direction(k)));
                }
            }
        }
        for (int k = 0; k < DIRECTIONS; k++) {
            findings.controlled("curvature", "v" + (k + 1) + "/median", step, Statistics.median(found.get(k)));
        }
    }

    private static Figure figure(Findings findings) {
        List<Curve> published = new ArrayList<>();
        List<Curve> controlled = new ArrayList<>();
        for (int k = 0; k < DIRECTIONS; k++) {
            String item = "v" + (k + 1);
            published.add(Curve.published("curvature", item, item, k));
            controlled.add(Curve.solid("curvature", item, item, k));
        }
        controlled.add(Curve.controlled("curvature", "random/maximum", "largest of 20 random", Palette.GREY));
        return new Figure(
                "curvature",
                "Curvature of the test loss along each direction",
                2,
                List.of(
                        PhaseFigures.panel(
                                "As published: second difference of the loss",
                                Axis.log("step"),
                                Axis.linear("v·Hv"),
                                findings,
                                published,
                                List.of()),
                        PhaseFigures.panel(
                                "From gradients, beside random directions",
                                Axis.log("step"),
                                Axis.log("v·Hv, where it is positive"),
                                findings,
                                controlled,
                                List.of())));
    }
}
