package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.List;

/** A few random directions of θ_A that stay the same; the null of {@link EdgeGradient}. */
public final class RandomGradient extends SubspaceGradient {
    private final Backend backend;
    private final Tensor directions;
    private final Tensor coordinates;

    /**
     * Of directions that somebody has drawn.
     *
     * @param size p, the elements of θ_A
     * @param drawn orthonormal, {@code [1, p]} each, which are copied; none of them leaves no gradient
     */
    public RandomGradient(
            Backend backend, MemoryOwner owner, DType type, long size, List<Tensor> drawn, Change change) {
        super(backend, owner, type, size, change);
        this.backend = backend;
        int rank = drawn.size();
        directions = rank == 0 ? null : backend.allocate(owner, type, 1, rank, size);
        coordinates = rank == 0 ? null : backend.allocate(owner, DType.FLOAT64, 1, rank);
        for (int index = 0; index < rank; index++) {
            backend.copy(drawn.get(index), directions.at(0).slice(0, index, index + 1L));
        }
    }

    @Override
    void project(Tensor gradient, Tensor out) {
        if (directions == null) {
            backend.fill(out, 0);
        } else {
            backend.gramRow(directions, gradient, coordinates);
            backend.combineRows(directions, coordinates, out);
        }
    }
}
