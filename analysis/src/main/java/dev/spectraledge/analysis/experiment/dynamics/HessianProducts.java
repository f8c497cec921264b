package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.gradient.GradientSource;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.Lanczos;

/**
 * Products of the Hessian of a batch's loss with unit vectors, from gradients in FLOAT64: quick ones, and ones with a bound on what
 * they are off by.
 *
 * <p>D(h) = [g(θ + hx) − g(θ − hx)]/2h, the quick one, is Hx + h²T + O(h⁴), so that D(2h) − D(h) is 3h²T + O(h⁴). A third of it
 * taken from D(h) leaves an error of fourth order: where that is smaller than what was taken, as it is for small steps, the length
 * of what was taken is a bound on it. Gradients that are off by e add 3e/2h to it: e/h of D(h) and a third of e/h + e/2h. And
 * θ + hx is rounded, by u‖θ‖ at most, which moves a gradient by ‖H‖ times that.
 */
final class HessianProducts implements Lanczos.Operator {
    /** h, of a unit vector. */
    private static final double STEP = 1e-4;

    private static final double UNIT_ROUNDOFF = 0x1p-53;

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
    private double length;
    private double largestGradient;
    /** Of products with unit vectors, the longest so far: ‖H‖ as far as it is known. */
    private double largestProduct;

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
        length = VectorProducts.norm(backend, theta);
        largestGradient = 0;
        largestProduct = 0;
    }

    /** A quick product; returns what it is off by for rounding. */
    @Override
    public double apply(Tensor x, Tensor y) {
        difference(x, STEP, y);
        return rounding(y);
    }

    /** y ← Hx for a unit vector x; returns a bound on the norm of what y is off by. */
    double multiply(Tensor x, Tensor y) {
        difference(x, 2 * STEP, wide);
        difference(x, STEP, y);
        backend.subtract(y, wide, wide);
        backend.scale(1.0 / 3, wide);
        backend.axpy(1, wide, y);
        return VectorProducts.norm(backend, wide) + 1.5 * rounding(y);
    }

    private double rounding(Tensor y) {
        largestProduct = Math.max(largestProduct, VectorProducts.norm(backend, y));
        return (ROUNDING * (1 + largestGradient) + UNIT_ROUNDOFF * length * largestProduct) / STEP;
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
