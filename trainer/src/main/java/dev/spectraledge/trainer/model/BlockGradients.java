package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;

/** Scratch for the backward of a block, shared by all blocks of a model. */
record BlockGradients(Tensor normalised, Tensor hidden, AttentionGradients attention) {
    static BlockGradients allocate(Workspace workspace, TransformerShape shape) {
        return new BlockGradients(
                workspace.activation(shape.width()),
                workspace.activation(shape.feedForwardWidth()),
                AttentionGradients.allocate(workspace, shape.width()));
    }
}
