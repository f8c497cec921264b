package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.step.StepIntervention;

/**
 * Moves the weights once (Lifecycle §4.26).
 *
 * @param at the step in which it acts
 * @param vector {@code [1, P]} that is added
 */
record Kick(Backend backend, long at, Tensor vector) implements StepIntervention {
    /** Along what a direction has outside of a subspace, with a given norm; {@code direction [1, P]} is overwritten. */
    static Kick outside(Backend backend, long at, BlockProjection basis, Tensor direction, double norm) {
        backend.axpy(-1, basis.parallel(direction), direction);
        backend.scale(norm / VectorProducts.norm(backend, direction), direction);
        return new Kick(backend, at, direction);
    }

    @Override
    public void intervene(int run, long step, Tensor parameters, Tensor gradient) {
        if (step == at) {
            backend.axpy(1, vector, parameters);
        }
    }
}
