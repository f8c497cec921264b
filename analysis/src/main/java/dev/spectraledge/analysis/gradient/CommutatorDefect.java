package dev.spectraledge.analysis.gradient;

import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How much the order of two steps of gradient descent on two batches matters (Lifecycle §4.23): δ = θ_AB − θ_BA. With x =
 * g_B(θ − ηg_A) − g_B(θ) ≈ −ηH_B g_A and y likewise with A and B exchanged, δ = −η(x − y), which is how it is formed here:
 * the difference of two nearly equal points loses its digits (see {@link SinglePrecisionDefect}). D = ‖δ‖/(η²‖g_A‖‖g_B‖) is of the order of
 * the curvature divided by ‖g‖ and so grows wherever the gradient vanishes. Free of that scale (ours) are the curvature
 * ‖δ‖/(η²√(‖g_A‖‖g_B‖)), and ‖x − y‖/(‖x‖ + ‖y‖) in [0, 1], which is of no dimension at all.
 */
public final class CommutatorDefect {
    /** Pairs of batches that are kept for each step, so that a pair's number does not depend on how many are taken. */
    private static final int PAIRS = 5;

    private static final double GUARD = 1e-12;

    private final Backend backend;
    private final GradientSource source;
    private final Tensor gradientA;
    private final Tensor gradientB;
    private final Tensor point;
    private final Tensor x;
    private final Tensor y;
    private final Tensor defect;

    /**
     * One measurement.
     *
     * @param scaled D
     * @param rounding what D is expected to be in FLOAT32 for its roundings alone, if the true defect were 0: where a step is
     *     changed by less than the last bit u of a parameter, the rounded step changes by a whole bit or not at all, with the
     *     variance u²f(1 − f), f being the fraction of a bit (ours)
     * @param curvature D with the gradients' norm divided out once rather than twice
     * @param relative share of the changes of the gradients that depends on the order
     * @param gradientNorm √(‖g_A‖‖g_B‖)
     * @param cosine cos(g_A, g_B)
     */
    public record Value(
            double scaled, double rounding, double curvature, double relative, double gradientNorm, double cosine) {}

    /** For points of {@code size} parameters. */
    public CommutatorDefect(Backend backend, MemoryOwner owner, GradientSource source, long size) {
        this.backend = backend;
        this.source = source;
        gradientA = backend.allocate(owner, DType.FLOAT64, 1, size);
        gradientB = backend.allocate(owner, DType.FLOAT64, 1, size);
        point = backend.allocate(owner, DType.FLOAT64, 1, size);
        x = backend.allocate(owner, DType.FLOAT64, 1, size);
        y = backend.allocate(owner, DType.FLOAT64, 1, size);
        defect = backend.allocate(owner, DType.FLOAT64, 1, size);
    }

    /** Number of the first batch of a pair that belongs to a step; the other one follows it. */
    public static long firstBatch(long step, int repetition) {
        return (step * PAIRS + repetition) * 2;
    }

    /** Measures with batches {@code first} and {@code second} at {@code theta [1, n]}. */
    public Value measure(Tensor theta, long first, long second) {
        source.gradient(first, theta, gradientA);
        source.gradient(second, theta, gradientB);
        double normA = VectorProducts.norm(backend, gradientA);
        double normB = VectorProducts.norm(backend, gradientB);
        double rate = DefectRate.of(normA, normB);
        changeOfGradient(theta, rate, gradientA, second, gradientB, x);
        changeOfGradient(theta, rate, gradientB, first, gradientA, y);
        double sum = VectorProducts.norm(backend, x) + VectorProducts.norm(backend, y);
        backend.subtract(y, x, defect);
        backend.scale(rate, defect);
        double norm = VectorProducts.norm(backend, defect);
        double geometricMean = Math.sqrt(normA * normB);
        double scale = rate * normA * rate * normB + GUARD;
        return new Value(
                norm / scale,
                rounding(theta, rate) / scale,
                norm / (rate * rate * geometricMean),
                sum == 0 ? 0 : norm / (rate * sum),
                geometricMean,
                VectorProducts.dot(backend, gradientA, gradientB) / (normA * normB));
    }

    /** δ of the last measurement, {@code [1, n]}; overwritten by the next. */
    public Tensor vector() {
        return defect;
    }

    private double rounding(Tensor theta, double rate) {
        MemorySegment parameters = theta.segment();
        MemorySegment first = x.segment();
        MemorySegment second = y.segment();
        double sum = 0;
        for (long i = 0; i < theta.elements(); i++) {
            double bit = Math.ulp((float) parameters.getAtIndex(ValueLayout.JAVA_DOUBLE, i));
            sum += bit
                    * bit
                    * (variance(rate * first.getAtIndex(ValueLayout.JAVA_DOUBLE, i) / bit)
                            + variance(rate * second.getAtIndex(ValueLayout.JAVA_DOUBLE, i) / bit));
        }
        return Math.sqrt(sum);
    }

    /** f(1 − f) of the fraction of a number of bits. */
    private static double variance(double bits) {
        double fraction = Math.abs(bits) % 1;
        return fraction * (1 - fraction);
    }

    /** change ← g(θ − rate·direction) − g(θ). */
    private void changeOfGradient(
            Tensor theta, double rate, Tensor direction, long batch, Tensor before, Tensor change) {
        backend.copy(theta, point);
        backend.axpy(-rate, direction, point);
        source.gradient(batch, point, change);
        backend.subtract(change, before, change);
    }
}
