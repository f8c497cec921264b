package dev.spectraledge.analysis.gradient;

import dev.spectraledge.kernels.Tensor;

/** Gradients of losses that differ from batch to batch. */
@FunctionalInterface
public interface GradientSource {
    /**
     * The gradient of the loss of one batch at a point.
     *
     * @param number of the batch
     * @param at {@code [1, n]}
     * @param gradient of the same shape, overwritten
     */
    void gradient(long number, Tensor at, Tensor gradient);
}
