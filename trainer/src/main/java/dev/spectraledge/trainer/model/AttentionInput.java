package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;

/**
 * What a block makes of its input before attention: the first layer norm and the projections to queries, keys and values.
 * All tensors stay the same from batch to batch.
 */
interface AttentionInput {
    void forward(PackedBatch batch);

    Tensor query();

    Tensor key();

    Tensor value();

    /** Where attention leaves the derivative by the queries, before {@link #backward}. */
    Tensor queryGradient();

    Tensor keyGradient();

    Tensor valueGradient();

    /** Adds the gradients of its parameters, and to the gradient of the residual stream what has flowed through it. */
    void backward(PackedBatch batch);
}
