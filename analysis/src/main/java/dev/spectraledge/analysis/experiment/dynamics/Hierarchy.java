package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.experiment.weights.LossAlong;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.series.RankAgreement;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether flat directions carry the large singular values (thesis S4, proposition 5.1). Published: (σ_{j+1}/σ_j)² in place of
 * h_j/h_{j+1}, no curvature being measured. Controlled: h_j = v_j·Hv_j of the training loss by gradients in double, with a bound;
 * whether σ_j ranks the modes of a window against h_j, and with |G_j|/√(h_j + ω), of the gradient and of the gradient as AdamW takes
 * it, over all windows against modes that change places; and whether the ratios that are published rank as those that are measured.
 */
public final class Hierarchy implements Experiment {
    static final String NAME = "hierarchy";
    private static final long STREAM = 0x68696572;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Do the directions of large singular values have little curvature?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, NAME).or(() -> Objections.attentionDecay(run));
    }

    /**
     * What is known of the modes of a window.
     *
     * @param sigma σ_j
     * @param curvature h_j
     * @param slope G_j
     * @param preconditioned the same of the gradient as AdamW takes it; NaN where that is not known
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Modes(double[] sigma, double[] curvature, double[] slope, double[] preconditioned) {
        static Modes of(int size) {
            return new Modes(new double[size], new double[size], new double[size], new double[size]);
        }

        /** |G_j|/√(h_j + ω), NaN where the loss bends down by more than ω. */
        static double[] expected(double[] slopes, double[] curvature, double decay) {
            double[] expected = new double[slopes.length];
            for (int mode = 0; mode < slopes.length; mode++) {
                expected[mode] = Math.abs(slopes[mode]) / Math.sqrt(curvature[mode] + decay);
            }
            return expected;
        }

        /** (σ_{j+1}/σ_j)². */
        double[] published() {
            double[] ratios = new double[sigma.length - 1];
            for (int mode = 0; mode < ratios.length; mode++) {
                ratios[mode] = Math.pow(sigma[mode + 1] / sigma[mode], 2);
            }
            return ratios;
        }

        /** h_j/h_{j+1}. */
        double[] measured() {
            double[] ratios = new double[sigma.length - 1];
            for (int mode = 0; mode < ratios.length; mode++) {
                ratios[mode] = curvature[mode] / curvature[mode + 1];
            }
            return ratios;
        }
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        int width = run.protocol(NAME).count(Parameter.WINDOW);
        List<Modes> windows = new ArrayList<>();
        try (StudiedModel model =
                StudiedModel.of(run, run.data().train(), run.protocol(NAME).count(Parameter.SEQUENCES))) {
            LossAlong loss = new LossAlong(model);
            UpdateWindow.atEach(run, new TreeSet<>(phases.steps(PhaseTable.A)), width, findings, window -> {
                loss.load(window.step());
                windows.add(modes(run, model, loss, window, findings));
            });
        }
        if (windows.isEmpty()) {
            findings.lack("no window, so no modes to rank", Cadences.settings(run));
            return findings;
        }
        measure(
                windows,
                run.attentionDecay(),
                findings.lastStep(),
                run.config().training().seed(),
                findings);
        findings.figure(figure(findings));
        return findings;
    }

    private static Modes modes(
            StudiedRun run, StudiedModel model, LossAlong loss, UpdateWindow window, Findings findings) {
        long step = window.step();
        Modes modes = Modes.of(window.size());
        for (int mode = 0; mode < window.size(); mode++) {
            String item = "v" + (mode + 1);
            modes.sigma()[mode] = window.singularValue(mode);
            modes.curvature()[mode] = loss.curvatureByCentralDifference(window.direction(mode));
            modes.slope()[mode] = loss.slope(0, window.direction(mode));
            findings.controlled("sigma", item, step, modes.sigma()[mode]);
            findings.controlled("curvature", item, step, modes.curvature()[mode]);
            findings.controlled(
                    "curvature-error-bound",
                    item,
                    step,
                    loss.curvatureByCentralDifferenceBound(window.direction(mode)));
            findings.controlled("slope", item, step, modes.slope()[mode]);
            modes.preconditioned()[mode] = Double.NaN;
        }
        if (PreconditionedGradient.isKnown(run, step)) {
            model.restore();
            model.differentiate();
            try (MemoryOwner scratch = MemoryOwner.open("preconditioned gradient")) {
                Tensor gradient = model.gradient().subset(ParameterSubset.ATTENTION);
                Tensor divided = model.backend().allocate(scratch, DType.FLOAT64, 1, gradient.size(1));
                model.backend().copy(gradient, divided);
                PreconditionedGradient.precondition(run, step, divided);
                for (int mode = 0; mode < window.size(); mode++) {
                    modes.preconditioned()[mode] = VectorProducts.dot(model.backend(), divided, window.direction(mode));
                    findings.controlled("preconditioned-slope", "v" + (mode + 1), step, modes.preconditioned()[mode]);
                }
            }
        }
        double[] published = modes.published();
        double[] measured = modes.measured();
        for (int mode = 0; mode < published.length; mode++) {
            String item = "v" + (mode + 1) + "/v" + (mode + 2);
            findings.published("curvature-ratio", item, step, published[mode]);
            findings.controlled("curvature-ratio", item, step, measured[mode]);
        }
        return modes;
    }

    /** What is said of the modes of windows together. */
    static void measure(List<Modes> windows, double decay, long last, long seed, Findings findings) {
        List<double[]> sigma = windows.stream().map(Modes::sigma).toList();
        List<double[]> curvature = windows.stream().map(Modes::curvature).toList();
        RankAgreement inverted = RankAgreement.of(sigma, curvature, new PhiloxKey(seed, STREAM));
        findings.controlled("rank-correlation", "sigma with curvature", last, inverted.correlation());
        findings.controlled("inverted-p", "sigma with curvature", last, inverted.below());
        agree(
                "sigma with gradient",
                sigma,
                windows.stream()
                        .map(modes -> Modes.expected(modes.slope(), modes.curvature(), decay))
                        .toList(),
                last,
                seed,
                findings);
        agree(
                "sigma with preconditioned gradient",
                sigma,
                windows.stream()
                        .map(modes -> Modes.expected(modes.preconditioned(), modes.curvature(), decay))
                        .toList(),
                last,
                seed,
                findings);
        agree(
                "published with measured ratios",
                windows.stream().map(Modes::published).toList(),
                windows.stream().map(Modes::measured).toList(),
                last,
                seed,
                findings);
    }

    private static void agree(
            String item, List<double[]> first, List<double[]> second, long last, long seed, Findings findings) {
        RankAgreement agreement = RankAgreement.of(first, second, new PhiloxKey(seed, STREAM + item.hashCode()));
        findings.controlled("rank-correlation", item, last, agreement.correlation());
        findings.controlled("agreement-p", item, last, agreement.above());
        if (Double.isNaN(agreement.correlation())) {
            findings.remark(item + ": unknown in every window, because the loss bends down along some direction or the "
                    + "optimiser state was not saved (" + Objections.OPTIMIZER_STATE + ")");
        }
    }

    private static Figure figure(Findings findings) {
        return new Figure(
                NAME,
                "Singular values and curvature of the same directions",
                2,
                List.of(
                        PhaseFigures.panel(
                                "Singular values",
                                Axis.linear("step"),
                                Axis.log("σ"),
                                findings,
                                curves("sigma"),
                                List.of()),
                        PhaseFigures.panel(
                                "Curvature of the training loss",
                                Axis.linear("step"),
                                Axis.linear("v·Hv"),
                                findings,
                                curves("curvature"),
                                List.of())));
    }

    private static List<Curve> curves(String quantity) {
        return List.of(
                Curve.solid(quantity, "v1", "v1", Palette.BLUE),
                Curve.solid(quantity, "v2", "v2", Palette.VERMILION),
                Curve.solid(quantity, "v3", "v3", Palette.GREEN),
                Curve.solid(quantity, "v5", "v5", Palette.GREY));
    }
}
