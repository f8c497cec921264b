package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Confines the gradient of the first parameters, which are the matrices of attention, to a few orthonormal directions at random that
 * stay the same; the others learn as ever. Without any direction those parameters have no gradient at all.
 */
public final class ConfinedGradient implements StepIntervention {
    private static final long STREAM = 0x636f_6e66;

    private final Backend backend;
    private final Subspace[] runs;

    /**
     * Draws the directions.
     *
     * @param owner of them: as much memory for each run as {@code rank + 1} gradients of these parameters
     * @param type of the training
     * @param size how many parameters, from the first on
     * @param rank directions; 0 for none
     * @param seeds one per run
     */
    public ConfinedGradient(Backend backend, MemoryOwner owner, DType type, long size, int rank, long[] seeds) {
        this.backend = backend;
        runs = new Subspace[seeds.length];
        for (int run = 0; run < runs.length; run++) {
            runs[run] = new Subspace(owner, type, size, rank, seeds[run]);
        }
    }

    @Override
    public void intervene(int run, long step, Tensor parameters, Tensor gradient) {
        runs[run].confine(gradient);
    }

    /** Of one run. */
    private final class Subspace {
        private final long size;
        private final int rank;
        private final Tensor directions;
        private final Tensor coordinates;
        private final Tensor projected;
        private Tensor gradients;
        private Tensor part;

        private Subspace(MemoryOwner owner, DType type, long size, int rank, long seed) {
            this.size = size;
            this.rank = rank;
            directions = backend.allocate(owner, type, 1, Math.max(1, rank), size);
            coordinates = backend.allocate(owner, DType.FLOAT64, 1, Math.max(1, rank));
            projected = backend.allocate(owner, type, 1, size);
            try (MemoryOwner scratch = MemoryOwner.open("random directions")) {
                List<Tensor> drawn = new ArrayList<>();
                for (int index = 0; index < rank; index++) {
                    Tensor direction = backend.allocate(scratch, DType.FLOAT64, 1, size);
                    backend.normal(new PhiloxKey[] {new PhiloxKey(seed, STREAM + index)}, 0, 1, direction);
                    orthonormalise(direction, drawn, scratch);
                    drawn.add(direction);
                    backend.copy(direction, directions.at(0).slice(0, index, index + 1L));
                }
            }
        }

        /** By Gram and Schmidt, twice (Giraud et al. 2005). */
        private void orthonormalise(Tensor direction, List<Tensor> others, MemoryOwner scratch) {
            Tensor product = backend.allocate(scratch, DType.FLOAT64, 1);
            for (int pass = 0; pass < 2; pass++) {
                for (Tensor other : others) {
                    backend.dot(other, direction, product);
                    backend.axpy(-product.getDouble(0), other, direction);
                }
            }
            backend.sumOfSquares(direction, product);
            backend.scale(1 / Math.sqrt(product.getDouble(0)), direction);
        }

        private void confine(Tensor gradient) {
            // The trainer passes one tensor again and again.
            if (gradients != gradient) {
                gradients = gradient;
                part = gradient.slice(1, 0, size);
            }
            if (rank == 0) {
                backend.fill(part, 0);
                return;
            }
            backend.gramRow(directions, part, coordinates);
            backend.combineRows(directions, coordinates, projected);
            backend.copy(projected, part);
        }
    }
}
