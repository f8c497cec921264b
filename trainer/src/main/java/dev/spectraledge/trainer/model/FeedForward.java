package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** The part of a block that computes at each position alone. */
interface FeedForward {
    /** That of a block of some style. */
    static FeedForward of(Workspace workspace, BlockNames names, TransformerShape shape, BlockStyle style) {
        return style.gated()
                ? new GatedFeedForward(workspace, names.up(), names.down(), shape.feedForwardWidth())
                : new GeluFeedForward(workspace, names.up(), names.down(), shape.gelu(), shape.feedForwardWidth());
    }

    /** output = residual + feedForward(input). */
    void forward(Rows rows, Tensor input, Tensor residual, Tensor output);

    /** Overwrites {@code inputGradient}; {@code hiddenGradient} is scratch of the hidden width. */
    void backward(Rows rows, Tensor outputGradient, Tensor input, Tensor hiddenGradient, Tensor inputGradient);
}
