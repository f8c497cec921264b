package dev.spectraledge.analysis.gradient;

import dev.spectraledge.analysis.experiment.CentralDifference;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;

/**
 * How the loss of a batch bends along its own gradient: gᵀHg/‖g‖², the batch sharpness, which stochastic gradient descent
 * drives to 2/η (Andreyev and Beneventano 2024). An optimiser that divides each element of the gradient by one of P goes along
 * u = P⁻¹g, and what counts is the curvature in the variables P^½θ: uᵀHu/uᵀPu (Cohen et al. 2022), at most the largest
 * eigenvalue of P^-½HP^-½. Products with H are central differences of gradients.
 */
public final class DirectionalCurvature {
    /** Of the difference: see {@link CentralDifference}; what it truncates is of the order of its square. */
    private static final double STEP = 1e-3;

    private final Backend backend;
    private final GradientSource source;
    private final Tensor gradient;
    private final Tensor direction;
    private final Tensor point;
    private final Tensor there;

    /** What an optimiser divides gradients by. */
    @FunctionalInterface
    public interface Preconditioner {
        /** None: an optimiser goes along the gradient. */
        Preconditioner NONE = (gradient, direction) -> {};

        /** direction ← P⁻¹·gradient; both FLOAT64 {@code [1, n]}. */
        void divide(Tensor gradient, Tensor direction);
    }

    /**
     * One measurement; NaN along a gradient that is 0.
     *
     * @param alongGradient gᵀHg/‖g‖²
     * @param preconditioned uᵀHu/uᵀPu; the same without a preconditioner
     * @param gradientNorm ‖g‖
     */
    public record Value(double alongGradient, double preconditioned, double gradientNorm) {}

    /** For points of {@code size} parameters. */
    public DirectionalCurvature(Backend backend, MemoryOwner owner, GradientSource source, long size) {
        this.backend = backend;
        this.source = source;
        gradient = backend.allocate(owner, DType.FLOAT64, 1, size);
        direction = backend.allocate(owner, DType.FLOAT64, 1, size);
        point = backend.allocate(owner, DType.FLOAT64, 1, size);
        there = backend.allocate(owner, DType.FLOAT64, 1, size);
    }

    /** Measures with a batch at {@code theta [1, n]}. */
    public Value measure(Tensor theta, long batch, Preconditioner preconditioner) {
        source.gradient(batch, theta, gradient);
        double norm = VectorProducts.norm(backend, gradient);
        backend.copy(gradient, direction);
        backend.scale(1 / norm, direction);
        double alongGradient = curvature(theta, batch);
        if (preconditioner.equals(Preconditioner.NONE)) {
            return new Value(alongGradient, alongGradient, norm);
        }
        preconditioner.divide(gradient, direction);
        double square = VectorProducts.dot(backend, direction, direction);
        // uᵀPu, because Pu = g.
        double weighted = VectorProducts.dot(backend, direction, gradient);
        backend.scale(1 / Math.sqrt(square), direction);
        return new Value(alongGradient, curvature(theta, batch) * square / weighted, norm);
    }

    /** vᵀHv along the direction, a unit vector. */
    private double curvature(Tensor theta, long batch) {
        return new CentralDifference(distance -> slope(theta, batch, distance)).at(STEP);
    }

    private double slope(Tensor theta, long batch, double distance) {
        backend.copy(theta, point);
        backend.axpy(distance, direction, point);
        source.gradient(batch, point, there);
        return VectorProducts.dot(backend, there, direction);
    }
}
