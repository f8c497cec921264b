package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.Lanczos;

/**
 * Products of the Hessian of a batch's loss with unit vectors, from gradients in FLOAT64, and bounds on what they are off by.
 *
 * <p>D(h) = [g(θ + hx) − g(θ − hx)]/2h is Hx + h²T + O(h⁴), so that D(2h) − D(h) is 3h²T + O(h⁴). A third of it is taken from
 * D(h), which leaves an error of fourth order: where that is smaller than what was taken, as it is for small steps, the length of
 * what was taken is a bound on it. Gradients that are off by e add 3e/2h to it: e/h of D(h) and a third of e/h + e/2h.
 */
final class HessianProducts implements Lanczos.Operator {
    /** h, of a unit vector. */
    private static final double STEP = 1e-3;

    /**
     * e, that of a gradient in double precision: of its own norm, and of the terms that it is a sum of, which are of the order of
     * one each where the gradient itself vanishes.
     */
    private static final double ROUNDING = 1e-14;

    private final Backend backend;
    private final GradientSource source;
    private final Tensor point;
    private final Tensor ahead;
    private final Tensor behind;
    private final Tensor wide;
    private final Tensor theta;
    private long batch;
    private double largestGradient;

    /** For points of {@code size} parameters. */
    HessianProducts(Backend backend, MemoryOwner owner, GradientSource source, long size) {
        this.backend = backend;
        this.source = source;
        theta = backend.allocate(owner, DType.FLOAT64, 1, size);
        point = backend.allocate(owner, DType.FLOAT64, 1, size);
        ahead = backend.allocate(owner, DType.FLOAT64, 1, size);
        behind = backend.allocate(owner, DType.FLOAT64, 1, size);
        wide = backend.allocate(owner, DType.FLOAT64, 1, size);
    }

    /** Of the loss of this batch at {@code at [1, n]}, from now on. */
    void at(Tensor at, long ofBatch) {
        backend.copy(at, theta);
        batch = ofBatch;
    }

    @Override
    public double apply(Tensor x, Tensor y) {
        largestGradient = 0;
        difference(x, 2 * STEP, wide);
        difference(x, STEP, y);
        backend.subtract(y, wide, wide);
        backend.scale(1.0 / 3, wide);
        backend.axpy(1, wide, y);
        return VectorProducts.norm(backend, wide) + 1.5 * ROUNDING * (1 + largestGradient) / STEP;
    }

    /** D(h), to {@code out}. */
    private void difference(Tensor x, double step, Tensor out) {
        gradient(x, step, ahead);
        gradient(x, -step, behind);
        backend.subtract(ahead, behind, out);
        backend.scale(1 / (2 * step), out);
    }

    private void gradient(Tensor x, double step, Tensor out) {
        backend.copy(theta, point);
        backend.axpy(step, x, point);
        source.gradient(batch, point, out);
        largestGradient = Math.max(largestGradient, VectorProducts.norm(backend, out));
    }
}
