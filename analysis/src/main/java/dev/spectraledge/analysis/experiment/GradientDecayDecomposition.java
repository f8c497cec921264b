package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.early.Phase;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How much of the motion along each direction is the gradient's and how much weight decay's (Lifecycle §4.2). Published: the
 * decay part of an update is estimated by the trapezoid rule, −ηωN(θ(t)+θ(t+N))/2, the gradient's is the rest, and their
 * energies are compared without the cross term. Controlled: the share of the gradient's part in the whole projection with its
 * sign, Σg·Δ/ΣΔ², in which the cross term is split evenly, for every window width.
 */
final class GradientDecayDecomposition implements Experiment {
    /** Updates per window, as published. */
    static final int WINDOW = 5;

    private static final int[] WINDOWS = {3, 5, 8, 10, 20};

    private final Backend backend = new CpuBackend();

    @Override
    public String name() {
        return "gradient-decay";
    }

    @Override
    public String question() {
        return "Which part of the motion along each direction is the gradient's, and which is weight decay's?";
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        for (Map.Entry<Phase, Long> phase : phases.of(PhaseTable.B).entrySet()) {
            long step = phase.getValue();
            long stride = Cadences.published(run);
            if (!UpdateWindow.exists(run, step, stride, WINDOW)) {
                findings.remark("no window ends at step " + step);
                continue;
            }
            try (UpdateWindow window = UpdateWindow.ending(run, step, stride, WINDOW)) {
                for (int k = 0; k < window.size(); k++) {
                    published(run, window, k, findings);
                }
            }
            for (int width : WINDOWS) {
                if (UpdateWindow.exists(run, step, stride, width)) {
                    try (UpdateWindow window = UpdateWindow.ending(run, step, stride, width)) {
                        Parts parts = parts(run, window, 0);
                        findings.controlled("gradient-share", "v1/W=" + width, step, parts.signedShare());
                    }
                }
            }
        }
        findings.figure(figure(findings));
        return findings;
    }

    private void published(StudiedRun run, UpdateWindow window, int k, Findings findings) {
        String item = "v" + (k + 1);
        long step = window.step();
        Parts parts = parts(run, window, k);
        findings.published("singular-value", item, step, window.singularValue(k));
        findings.published("gradient-fraction", item, step, parts.fraction());
        findings.published("alignment", item, step, parts.alignment());
        findings.controlled("gradient-share", item, step, parts.signedShare());
    }

    /**
     * Means over the updates of a window of products with one direction.
     *
     * @param gradient of the squared product of the gradient's part
     * @param decay of the squared product of the decay part
     * @param alignment of the product of both
     */
    private record Parts(double gradient, double decay, double alignment) {
        /** E_g/(E_g + E_w), one half where both are zero. */
        double fraction() {
            return gradient + decay == 0 ? 0.5 : gradient / (gradient + decay);
        }

        /** The gradient's share of the whole energy, with half of the cross term; may lie outside of [0, 1]. */
        double signedShare() {
            double whole = gradient + decay + 2 * alignment;
            return whole == 0 ? Double.NaN : (gradient + alignment) / whole;
        }
    }

    private Parts parts(StudiedRun run, UpdateWindow window, int k) {
        double gradientEnergy = 0;
        double decayEnergy = 0;
        double alignment = 0;
        int rows = window.size();
        try (MemoryOwner scratch = MemoryOwner.open("decay part")) {
            Tensor mean =
                    backend.allocate(scratch, DType.FLOAT64, window.update(0).shape());
            for (int i = 0; i < rows; i++) {
                backend.copy(window.weights(i), mean);
                backend.axpy(1, window.weights(i + 1), mean);
                double rate = -run.learningRate() * run.weightDecay() * (double) window.interval(i) / 2;
                double decay = rate * VectorProducts.dot(backend, mean, window.direction(k));
                double gradient = VectorProducts.dot(backend, window.update(i), window.direction(k)) - decay;
                gradientEnergy += gradient * gradient / rows;
                decayEnergy += decay * decay / rows;
                alignment += gradient * decay / rows;
            }
        }
        return new Parts(gradientEnergy, decayEnergy, alignment);
    }

    private static Figure figure(Findings findings) {
        List<Line> lines = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            String item = "v" + (k + 1);
            List<Measurement> curve = findings.curve(Procedure.PUBLISHED, "gradient-fraction", item);
            lines.add(Line.solid(
                    item,
                    curve.stream().mapToDouble(Measurement::step).toArray(),
                    curve.stream().mapToDouble(Measurement::value).toArray(),
                    k));
        }
        return new Figure(
                "share",
                "Share of the gradient's part in the energy along each direction",
                1,
                List.of(new Panel(
                        "Gradient's share, as published",
                        Axis.log("step"),
                        Axis.linear("E_g/(E_g + E_w)", 0, 1),
                        List.of(),
                        lines,
                        List.of(),
                        List.<Reference>of())));
    }
}
