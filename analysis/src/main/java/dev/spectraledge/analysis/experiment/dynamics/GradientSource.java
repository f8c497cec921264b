package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.kernels.Tensor;

/** Gradients of losses that differ from batch to batch. */
@FunctionalInterface
interface GradientSource {
    /**
     * The gradient of the loss of one batch at a point.
     *
     * @param number of the batch
     * @param at {@code [1, n]}
     * @param gradient of the same shape, overwritten
     */
    void gradient(long number, Tensor at, Tensor gradient);
}
