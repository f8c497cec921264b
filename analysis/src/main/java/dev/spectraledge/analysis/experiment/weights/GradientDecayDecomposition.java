package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.MotionParts;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.experiment.TrajectoryWindow;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.step.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How much of the motion along each direction is the gradient's and how much weight decay's (Lifecycle §4.2). Published: the
 * decay part of an update is estimated by the trapezoid rule, the gradient's is the rest, and their energies are compared
 * without the cross term; then the weights are moved by ±0.005‖θ_A‖ along each direction, with the signs of the two parts of
 * the update that follows the window (such is the index in the published code). Controlled: the exact share, from the decay
 * part of each step as the run recorded it, alone and with half of the cross term; every window of the run for every width
 * and cadence, and when the share of v_1 first falls below one half in each; the share along the directions of the updates
 * without their part along θ_A; medians over the neighbouring snapshots; |cos(θ_A, v_k)|.
 */
public final class GradientDecayDecomposition implements Experiment {
    /** Updates per window, as published. */
    static final int WINDOW = 5;

    private static final double EFFECT_SCALE = 0.005;
    private static final int EFFECT_SEQUENCES = 200;
    private static final double HALF = 0.5;

    @Override
    public String name() {
        return "gradient-decay";
    }

    @Override
    public String question() {
        return "Which part of the motion along each direction comes from the gradient, and which from weight decay?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.attentionDecay(run);
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        Trajectory trajectory = Trajectory.of(run);
        long stride = Cadences.published(run);
        for (long end : SnapshotSteps.ends(run.steps(), stride, WINDOW)) {
            shares(run, trajectory, end, stride, findings);
        }
        ExactShares.measure(run, stride, WINDOW, findings);
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), EFFECT_SEQUENCES)) {
            UpdateWindow.atEach(
                    run,
                    phases.steps(PhaseTable.B),
                    WINDOW,
                    findings,
                    window -> effects(run, model, window, stride, findings));
        }
        sweep(run, trajectory, findings);
        findings.figure(shares(findings));
        findings.figure(windows(findings, stride));
        findings.figure(effects(findings));
        return findings;
    }

    private static double decayRate(StudiedRun run) {
        return run.learningRate() * run.attentionDecay();
    }

    private static void shares(StudiedRun run, Trajectory trajectory, long step, long stride, Findings findings) {
        List<Long> snapshots = SnapshotSteps.window(run.steps(), step, stride, WINDOW);
        TrajectoryWindow window = TrajectoryWindow.of(trajectory, snapshots, decayRate(run));
        TrajectoryWindow tangential = TrajectoryWindow.tangential(trajectory, snapshots, decayRate(run));
        List<TrajectoryWindow> neighbours = SnapshotSteps.neighbours(run.steps(), step, stride, WINDOW).stream()
                .map(end -> TrajectoryWindow.of(
                        trajectory, SnapshotSteps.window(run.steps(), end, stride, WINDOW), decayRate(run)))
                .toList();
        for (int k = 0; k < window.size(); k++) {
            String item = "v" + (k + 1);
            int mode = k;
            MotionParts parts = window.parts(k);
            findings.published("singular-value", item, step, window.spectrum().singularValue(k));
            findings.published("gradient-fraction", item, step, parts.fraction());
            findings.published("alignment", item, step, parts.alignment());
            findings.controlled("gradient-share", item, step, parts.signedShare());
            findings.controlled("cosine-with-weights", item, step, window.cosineWithWeights(k));
            findings.controlled(
                    "gradient-fraction-tangential",
                    item,
                    step,
                    tangential.parts(k).fraction());
            findings.controlled(
                    "gradient-fraction-median",
                    item,
                    step,
                    Statistics.median(neighbours.stream()
                            .filter(neighbour -> mode < neighbour.size())
                            .map(neighbour -> neighbour.parts(mode).fraction())
                            .toList()));
        }
        findings.controlled("radial-share", "updates", step, window.radialShare());
    }

    private static void effects(
            StudiedRun run, StudiedModel model, UpdateWindow window, long stride, Findings findings) {
        Backend backend = model.backend();
        long step = window.step();
        model.load(step);
        Evaluation base = model.evaluate();
        double amount = EFFECT_SCALE * VectorProducts.norm(backend, model.attention());
        boolean followed = run.steps().contains(step + stride);
        if (!followed) {
            findings.remark(
                    "no snapshot follows step " + step + ": the signs of the moves come from the update before it");
        }
        long after = followed ? step + stride : step;
        try (MemoryOwner owner = MemoryOwner.open("signs of moves")) {
            Tensor mean =
                    backend.allocate(owner, DType.FLOAT64, window.update(0).shape());
            Tensor update =
                    backend.allocate(owner, DType.FLOAT64, window.update(0).shape());
            Tensor before =
                    backend.allocate(owner, DType.FLOAT64, window.update(0).shape());
            run.readAttention(after - stride, before);
            run.readAttention(after, mean);
            backend.subtract(mean, before, update);
            backend.axpy(1, before, mean);
            for (int k = 0; k < window.size(); k++) {
                Tensor direction = window.direction(k);
                double decay = -decayRate(run) * (double) stride * VectorProducts.dot(backend, mean, direction) / 2;
                double gradient = VectorProducts.dot(backend, update, direction) - decay;
                effect(model, base, "gradient", k, step, Math.signum(gradient) * amount, direction, findings);
                effect(model, base, "decay", k, step, Math.signum(decay) * amount, direction, findings);
            }
        }
    }

    private static void effect(
            StudiedModel model,
            Evaluation base,
            String part,
            int k,
            long step,
            double amount,
            Tensor direction,
            Findings findings) {
        model.restore();
        model.move(amount, direction);
        Evaluation moved = model.evaluate();
        String item = part + "/v" + (k + 1);
        findings.published("loss-change", item, step, moved.loss() - base.loss());
        findings.published(
                "accuracy-change",
                item,
                step,
                moved.accuracies().getFirst() - base.accuracies().getFirst());
    }

    private static void sweep(StudiedRun run, Trajectory trajectory, Findings findings) {
        for (int width : Cadences.WIDTHS) {
            for (long stride : Cadences.available(run, width)) {
                String item = "v1/W=" + width + "/stride=" + stride;
                long flip = 0;
                for (long end : SnapshotSteps.ends(run.steps(), stride, width)) {
                    TrajectoryWindow window = TrajectoryWindow.of(
                            trajectory, SnapshotSteps.window(run.steps(), end, stride, width), decayRate(run));
                    double fraction = window.parts(0).fraction();
                    findings.controlled("gradient-fraction", item, end, fraction);
                    if (flip == 0 && fraction < HALF) {
                        flip = end;
                    }
                }
                findings.controlled("flip-step", item, run.steps().last(), flip == 0 ? Double.NaN : (double) flip);
                findings.controlled("flip-step-predicted", item, run.steps().last(), (double) (stride * (width + 1)));
            }
        }
        findings.remark("flip-step is the first window of width W in which the gradient's fraction of v1 is "
                + "below one half; flip-step-predicted, stride·(W+1), is when the first update leaves the "
                + "window, whatever the run does");
        if (run.steps().last() - run.steps().first()
                > Cadences.published(run) * (run.steps().size() - 1)) {
            findings.remark(
                    "some snapshots are missing, so windows in which the share could have fallen are missing " + "too");
        }
    }

    private static Figure shares(Findings findings) {
        List<Curve> published = new ArrayList<>();
        List<Curve> medians = new ArrayList<>();
        List<Curve> tangential = new ArrayList<>();
        List<Curve> cosines = new ArrayList<>();
        List<Curve> exact = new ArrayList<>();
        List<Curve> crossed = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            String item = "v" + (k + 1);
            published.add(Curve.published("gradient-fraction", item, item, k));
            medians.add(Curve.solid("gradient-fraction-median", item, item, k));
            tangential.add(Curve.solid("gradient-fraction-tangential", item, item, k));
            cosines.add(Curve.solid("cosine-with-weights", item, item, k));
            exact.add(Curve.solid("gradient-fraction-exact", item, item, k));
            crossed.add(Curve.solid("gradient-share-exact", item, item, k));
        }
        return new Figure(
                "share",
                "Share of the gradient's part in the energy along each direction",
                2,
                List.of(
                        share(findings, "As published", published),
                        share(findings, "Exact, from the decay part of every step", exact),
                        PhaseFigures.panel(
                                "Exact, with half of the cross term",
                                Axis.log("step"),
                                Axis.linear("(E_g + ⟨g, w⟩)/(E_g + E_w + 2⟨g, w⟩)"),
                                findings,
                                crossed,
                                List.of(new Reference(HALF, ""))),
                        share(findings, "Median of five neighbouring snapshots", medians),
                        share(findings, "Directions of the tangential parts of the updates", tangential),
                        PhaseFigures.panel(
                                "How nearly each direction is θ_A itself",
                                Axis.log("step"),
                                Axis.linear("|cos(θ_A, v_k)|", 0, 1),
                                findings,
                                cosines,
                                List.of())));
    }

    private static Panel share(Findings findings, String title, List<Curve> curves) {
        return PhaseFigures.panel(
                title,
                Axis.log("step"),
                Axis.linear("E_g/(E_g + E_w)", 0, 1),
                findings,
                curves,
                List.of(new Reference(HALF, "")));
    }

    private static Figure windows(Findings findings, long stride) {
        List<Curve> curves = new ArrayList<>();
        int colour = 0;
        for (int width : Cadences.WIDTHS) {
            curves.add(
                    Curve.solid("gradient-fraction", "v1/W=" + width + "/stride=" + stride, "W = " + width, colour++));
        }
        Panel panel = share(findings, "v1 of every window, by width", curves);
        return new Figure(
                "windows",
                "Share of the gradient's part in v1 over the whole run for windows of several widths",
                1,
                List.of(panel));
    }

    private static Figure effects(Findings findings) {
        List<Curve> loss = new ArrayList<>();
        List<Curve> accuracy = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            String item = "v" + (k + 1);
            loss.add(Curve.published("loss-change", "gradient/" + item, item + " gradient", k));
            accuracy.add(Curve.published("accuracy-change", "gradient/" + item, item + " gradient", k));
        }
        return new Figure(
                "effect",
                "What moving the weights along each direction does, with the sign of the gradient's part",
                2,
                List.of(
                        PhaseFigures.panel(
                                "Change of loss", Axis.log("step"), Axis.linear("Δloss"), findings, loss, List.of()),
                        PhaseFigures.panel(
                                "Change of accuracy",
                                Axis.log("step"),
                                Axis.linear("Δaccuracy"),
                                findings,
                                accuracy,
                                List.of())));
    }
}
