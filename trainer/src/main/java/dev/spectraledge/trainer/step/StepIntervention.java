package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Tensor;
import java.util.Map;

/**
 * Something done to a step after its gradient is known and before the optimiser takes it. The factor of clipping is already
 * decided, by the gradient as it was, and is applied by the optimiser: whatever is homogeneous in the gradient, such as a
 * projection, acts as if on the clipped one.
 */
@FunctionalInterface
public interface StepIntervention {
    /** Leaves every step alone, at no cost. */
    StepIntervention NONE = (run, step, parameters, gradient) -> {};

    /**
     * Changes the parameters or the gradient of a run in place. Called by several threads at once, each for other runs; it must
     * not allocate.
     *
     * @param step that is being done, from 1
     * @param parameters {@code [1, P]} before the step
     * @param gradient {@code [1, P]} of the batch, not multiplied by the factor of clipping yet
     */
    void intervene(int run, long step, Tensor parameters, Tensor gradient);

    /**
     * Everything that it carries from one step to the next, by names of its own, as live tensors whose first axis is that of the
     * runs: a checkpoint copies them, and resuming overwrites them. Nothing unless it says otherwise.
     */
    default Map<String, Tensor> state() {
        return Map.of();
    }
}
