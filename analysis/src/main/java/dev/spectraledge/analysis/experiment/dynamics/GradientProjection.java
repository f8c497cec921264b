package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.step.StepIntervention;

/**
 * Weakens what the gradient has outside of a subspace (Lifecycle §4.26): g ← g − s·(g − BBᵀg), in every step or in some.
 *
 * @param strength s
 * @param every it acts in the steps that this divides
 */
record GradientProjection(Backend backend, BlockProjection basis, double strength, long every)
        implements StepIntervention {
    @Override
    public void intervene(int run, long step, Tensor parameters, Tensor gradient) {
        if (step % every == 0) {
            Tensor parallel = basis.parallel(gradient);
            backend.scale(1 - strength, gradient);
            backend.axpy(strength, parallel, gradient);
        }
    }
}
