package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.step.StepIntervention;

/**
 * Limits how far θ_A of one training on the host moves along a direction within each update of a window: after every step what goes
 * beyond the cap is taken away again, before the next one. If no update of W has a component of more than σ/√W, no window of them has
 * a singular value of more than σ along the direction. What is taken away is noted, so that another training can lose as much.
 */
final class UpdateCap implements StepIntervention {
    private final Backend backend;
    private final Tensor direction;
    private final Tensor product;
    private final double cap;
    private final long start;
    private final long stride;
    private final double[] removed;
    private Tensor weights;
    private Tensor part;
    private double reference;

    /**
     * Acts in the steps after {@code start}.
     *
     * @param direction a unit vector {@code [1, p]}
     * @param stride steps of an update; updates end at multiples of it
     * @param end last step
     */
    UpdateCap(
            Backend backend,
            MemoryOwner owner,
            DType type,
            Tensor direction,
            double cap,
            long stride,
            long start,
            long end) {
        this.backend = backend;
        this.direction = backend.allocate(owner, type, direction.shape());
        backend.copy(direction, this.direction);
        product = backend.allocate(owner, DType.FLOAT64, 1);
        this.cap = cap;
        this.stride = stride;
        this.start = start;
        removed = new double[Math.toIntExact(end - start)];
    }

    @Override
    public void intervene(int run, long step, Tensor parameters, Tensor gradient) {
        if (weights != parameters) {
            weights = parameters;
            part = parameters.slice(1, 0, direction.size(1));
        }
        backend.dot(part, direction, product);
        double position = product.getDouble(0);
        if (step == start + 1) {
            reference = position;
        }
        double moved = position - reference;
        double excess = moved - Math.clamp(moved, -cap, cap);
        if (excess != 0) {
            backend.axpy(-excess, direction, part);
        }
        removed[(int) (step - start - 1)] = excess;
        if ((step - 1) % stride == 0) {
            reference = position - excess;
        }
    }

    /** What was taken away along the direction, by step. */
    double[] removed() {
        return removed.clone();
    }
}
