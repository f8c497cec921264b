package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.step.SubspaceGradient.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Confines the gradient of the first parameters, which are the matrices of attention, to a few directions, in each of several
 * runs; the others learn as ever. The directions are drawn at random and stay the same, or are the edge of the run's own last
 * gradients.
 */
public final class ConfinedGradient implements StepIntervention {
    private static final long STREAM = 0x636f_6e66;

    private final SubspaceGradient[] runs;
    private final Map<String, Tensor> state;

    private ConfinedGradient(SubspaceGradient[] runs, Map<String, Tensor> state) {
        this.runs = runs;
        this.state = state;
    }

    /**
     * To orthonormal directions at random.
     *
     * @param owner of them: as much memory for each run as {@code rank + 1} gradients of these parameters
     * @param type of the training
     * @param size how many parameters, from the first on
     * @param rank directions; with 0 these parameters have no gradient at all
     * @param seeds one per run
     */
    public static ConfinedGradient toRandom(
            Backend backend, MemoryOwner owner, DType type, long size, int rank, long[] seeds) {
        SubspaceGradient[] runs = new SubspaceGradient[seeds.length];
        for (int run = 0; run < runs.length; run++) {
            try (MemoryOwner scratch = MemoryOwner.open("random directions")) {
                List<Tensor> drawn = draw(backend, scratch, size, rank, seeds[run]);
                runs[run] = new RandomGradient(backend, owner, type, size, drawn, Change.INSIDE);
            }
        }
        return new ConfinedGradient(runs, Map.of());
    }

    /**
     * To the first right singular vectors of each run's last gradients, that of the step among them.
     *
     * @param owner of them: as much memory for each run as {@code width + 1} gradients of these parameters
     * @param width how many gradients
     * @param rank how many vectors
     * @param count runs
     */
    public static ConfinedGradient toEdge(
            Backend backend, MemoryOwner owner, DType type, long size, int width, int rank, int count) {
        EdgeGradient.Carried carried = EdgeGradient.Carried.allocate(backend, owner, type, size, width, count);
        SubspaceGradient[] runs = new SubspaceGradient[count];
        for (int run = 0; run < count; run++) {
            runs[run] = new EdgeGradient(backend, owner, type, size, rank, Change.INSIDE, carried, run);
        }
        return new ConfinedGradient(runs, carried.state());
    }

    @Override
    public void intervene(int run, long step, Tensor parameters, Tensor gradient) {
        runs[run].intervene(run, step, parameters, gradient);
    }

    @Override
    public Map<String, Tensor> state() {
        return state;
    }

    private static List<Tensor> draw(Backend backend, MemoryOwner scratch, long size, int rank, long seed) {
        List<Tensor> drawn = new ArrayList<>();
        for (int index = 0; index < rank; index++) {
            Tensor direction = backend.allocate(scratch, DType.FLOAT64, 1, size);
            backend.normal(new PhiloxKey[] {new PhiloxKey(seed, STREAM + index)}, 0, 1, direction);
            orthonormalise(backend, direction, drawn, scratch);
            drawn.add(direction);
        }
        return drawn;
    }

    /** By Gram and Schmidt, twice (Giraud et al. 2005). */
    private static void orthonormalise(Backend backend, Tensor direction, List<Tensor> others, MemoryOwner scratch) {
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
}
