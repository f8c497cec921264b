package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;

/** Changes the gradient of θ_A alone, for one training: what of it lies in some subspace, which may move, stays or goes. */
public abstract sealed class SubspaceGradient implements StepIntervention permits EdgeGradient, RandomGradient {
    private final Backend backend;
    private final long size;
    private final Change change;
    private final Tensor projected;
    private final Tensor square;
    private Tensor gradients;
    private Tensor part;

    /** What is done to the gradient. */
    public enum Change {
        /** What lies in the subspace stays. */
        INSIDE,
        /** The same, with the length that the gradient had. */
        INSIDE_OF_SAME_NORM,
        /** What lies in the subspace goes. */
        OUTSIDE
    }

    /**
     * Of trainings of a type.
     *
     * @param size p, the elements of θ_A
     */
    SubspaceGradient(Backend backend, MemoryOwner owner, DType type, long size, Change change) {
        this.backend = backend;
        this.size = size;
        this.change = change;
        projected = backend.allocate(owner, type, 1, size);
        square = backend.allocate(owner, DType.FLOAT64, 1);
    }

    /** out ← the projection of {@code part [1, p]}; allocates nothing. */
    abstract void project(Tensor gradient, Tensor out);

    @Override
    public void intervene(int run, long step, Tensor parameters, Tensor gradient) {
        // The trainer passes one tensor again and again.
        if (gradients != gradient) {
            gradients = gradient;
            part = gradient.slice(1, 0, size);
        }
        project(part, projected);
        switch (change) {
            case INSIDE -> backend.copy(projected, part);
            case INSIDE_OF_SAME_NORM -> {
                double before = norm(part);
                double after = norm(projected);
                backend.copy(projected, part);
                backend.scale(after > 0 ? before / after : 0, part);
            }
            case OUTSIDE -> backend.axpy(-1, projected, part);
        }
    }

    private double norm(Tensor vector) {
        backend.sumOfSquares(vector, square);
        return Math.sqrt(square.getDouble(0));
    }
}
