package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.gradient.CommutatorDefect;
import dev.spectraledge.analysis.gradient.MinibatchGradients;
import dev.spectraledge.analysis.gradient.SinglePrecisionDefect;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.step.StepIntervention;

/**
 * Moves the weights again and again (thesis §5.6): along the commutator defect of the weights as they are then, in FLOAT32 as
 * published, or along a random direction that is drawn anew, in both cases by a multiple of ‖ηg_A‖ of the defect's first batch. It
 * measures on the host, wherever the training is, and acts in few steps, so that these may take memory.
 */
final class SustainedKick implements StepIntervention {
    private static final long STREAM = 0x7E00_0000L;

    private final Backend host;
    private final Backend training;
    private final boolean random;
    private final double factor;
    private final long every;
    private final long seed;
    private final SinglePrecisionDefect defect;
    private final Tensor theta;
    private final Tensor drawn;
    private final Tensor push;

    /**
     * Keeps its memory, and the model that it differentiates, until the owner closes.
     *
     * @param random whether directions are random rather than the defect's
     * @param factor by which ‖ηg_A‖ is multiplied
     * @param every it acts in the steps that this divides
     * @param type of the training
     */
    SustainedKick(StudiedRun run, MemoryOwner owner, boolean random, double factor, long every, long seed, DType type) {
        host = run.backend();
        training = run.backends().training();
        this.random = random;
        this.factor = factor;
        this.every = every;
        this.seed = seed;
        long size = run.layout().size();
        MinibatchGradients gradients = new MinibatchGradients(run.setup(), 0, host, DType.FLOAT32);
        owner.onClose(gradients::close);
        defect = new SinglePrecisionDefect(host, owner, gradients, size);
        theta = host.allocate(owner, type, 1, size);
        drawn = host.allocate(owner, DType.FLOAT32, 1, size);
        push = training.allocate(owner, type, 1, size);
    }

    @Override
    public void intervene(int run, long step, Tensor parameters, Tensor gradient) {
        if (step % every == 0) {
            training.copy(parameters, theta);
            training.synchronize();
            long first = CommutatorDefect.firstBatch(step, 0);
            defect.measure(theta, first, first + 1);
            Tensor direction = random ? drawn(step) : defect.vector();
            double length = VectorProducts.norm(host, direction);
            if (length > 0) {
                training.copy(direction, push);
                training.axpy(factor * defect.firstStep() / length, push, parameters);
            }
        }
    }

    private Tensor drawn(long step) {
        host.normal(new PhiloxKey[] {new PhiloxKey(seed, STREAM + step)}, 0, 1, drawn);
        return drawn;
    }
}
