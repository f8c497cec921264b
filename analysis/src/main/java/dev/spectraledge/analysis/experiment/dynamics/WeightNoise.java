package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.step.StepIntervention;

/**
 * Adds Gaussian noise of a given norm to the weights (Lifecycle §4.26), now and then: the part outside of a subspace as published,
 * or the part inside of it (ours: noise outside is nearly all of the noise, as the subspace has few dimensions, so that only
 * this can say whether the direction matters).
 */
final class WeightNoise implements StepIntervention {
    private static final long STREAM = 0x7D00_0000L;

    private final Backend backend;
    private final BlockProjection basis;
    private final boolean inside;
    private final double norm;
    private final long every;
    private final PhiloxKey[][] keys;
    private final Tensor noise;
    private final Tensor square;

    /**
     * Its random numbers are named beforehand, so that a step allocates nothing.
     *
     * @param every it acts in the steps that this divides
     * @param last step that there will be
     */
    WeightNoise(
            Backend backend,
            MemoryOwner owner,
            BlockProjection basis,
            boolean inside,
            double norm,
            long every,
            long last,
            long seed,
            DType type,
            long size) {
        this.backend = backend;
        this.basis = basis;
        this.inside = inside;
        this.norm = norm;
        this.every = every;
        keys = new PhiloxKey[Math.toIntExact(last / every + 1)][];
        for (int index = 0; index < keys.length; index++) {
            keys[index] = new PhiloxKey[] {new PhiloxKey(seed, STREAM + index * every)};
        }
        noise = backend.allocate(owner, type, 1, size);
        square = backend.allocate(owner, DType.FLOAT64, 1);
    }

    @Override
    public void intervene(int run, long step, Tensor parameters, Tensor gradient) {
        if (step % every == 0) {
            backend.normal(keys[(int) (step / every)], 0, 1, noise);
            Tensor parallel = basis.parallel(noise);
            if (inside) {
                backend.copy(parallel, noise);
            } else {
                backend.axpy(-1, parallel, noise);
            }
            backend.sumOfSquares(noise, square);
            backend.normalize(square, 0, Double.MIN_NORMAL, noise);
            backend.axpy(norm, noise, parameters);
        }
    }
}
