package dev.spectraledge.analysis.gradient;

import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;

/**
 * The commutator defect as it is published (Lifecycle §4.23): both points θ_AB and θ_BA are formed in FLOAT32 and subtracted,
 * D = ‖θ_AB − θ_BA‖/(η²‖g_A‖‖g_B‖ + 10⁻¹²). What that rounds to the last bits of θ is in {@link CommutatorDefect.Value#rounding}.
 */
public final class SinglePrecisionDefect {
    private static final double GUARD = 1e-12;

    private final Backend backend;
    private final GradientSource source;
    private final Tensor theta;
    private final Tensor gradientA;
    private final Tensor gradientB;
    private final Tensor second;
    private final Tensor pointA;
    private final Tensor pointB;
    private double firstStep;

    /** @param source of gradients in FLOAT32 */
    public SinglePrecisionDefect(Backend backend, MemoryOwner owner, GradientSource source, long size) {
        this.backend = backend;
        this.source = source;
        theta = backend.allocate(owner, DType.FLOAT32, 1, size);
        gradientA = backend.allocate(owner, DType.FLOAT32, 1, size);
        gradientB = backend.allocate(owner, DType.FLOAT32, 1, size);
        second = backend.allocate(owner, DType.FLOAT32, 1, size);
        pointA = backend.allocate(owner, DType.FLOAT32, 1, size);
        pointB = backend.allocate(owner, DType.FLOAT32, 1, size);
    }

    /** D with batches {@code first} and {@code other} at {@code weights [1, n]} of any type. */
    public double measure(Tensor weights, long first, long other) {
        backend.copy(weights, theta);
        source.gradient(first, theta, gradientA);
        source.gradient(other, theta, gradientB);
        double normA = VectorProducts.norm(backend, gradientA);
        double normB = VectorProducts.norm(backend, gradientB);
        double rate = DefectRate.of(normA, normB);
        double scale = rate * normA * rate * normB + GUARD;
        firstStep = rate * normA;
        step(theta, rate, gradientA, pointA);
        step(theta, rate, gradientB, pointB);
        source.gradient(other, pointA, second);
        step(pointA, rate, second, pointA);
        source.gradient(first, pointB, second);
        step(pointB, rate, second, pointB);
        backend.subtract(pointA, pointB, pointA);
        return VectorProducts.norm(backend, pointA) / scale;
    }

    /** δ of the last measurement, FLOAT32 {@code [1, n]}; overwritten by the next. */
    public Tensor vector() {
        return pointA;
    }

    /** ‖ηg_A‖ of the last measurement. */
    public double firstStep() {
        return firstStep;
    }

    /** to ← from − η·gradient, rounded. */
    private void step(Tensor from, double rate, Tensor gradient, Tensor to) {
        if (from != to) {
            backend.copy(from, to);
        }
        backend.axpy(-rate, gradient, to);
    }
}
