package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;

/** Scratch for the backward of a block, shared by all blocks of a model. */
record BlockGradients(Tensor normalised, Tensor hidden, AttentionGradients attention) {
    static BlockGradients allocate(Workspace workspace, TransformerShape shape) {
        AttentionGradients attention = AttentionGradients.allocate(workspace, shape.width());
        return new BlockGradients(attention.normalised(), workspace.activation(shape.feedForwardWidth()), attention);
    }
}
