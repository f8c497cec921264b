package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.List;

/** A few random directions of θ_A that stay the same; the null of {@link EdgeGradient}. */
final class RandomGradient extends SubspaceGradient {
    private final Backend backend;
    private final Tensor directions;
    private final Tensor coordinates;

    /** Of {@code rank} directions, the same for the same seed; none of rank 0. */
    RandomGradient(Backend backend, MemoryOwner owner, DType type, long size, int rank, long seed, Change change) {
        super(backend, owner, type, size, change);
        this.backend = backend;
        directions = rank == 0 ? null : backend.allocate(owner, type, 1, rank, size);
        coordinates = rank == 0 ? null : backend.allocate(owner, DType.FLOAT64, 1, rank);
        try (MemoryOwner scratch = MemoryOwner.open("random directions")) {
            List<Tensor> drawn = RandomDirections.draw(backend, scratch, seed, rank, size);
            for (int index = 0; index < rank; index++) {
                backend.copy(drawn.get(index), directions.at(0).slice(0, index, index + 1L));
            }
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
