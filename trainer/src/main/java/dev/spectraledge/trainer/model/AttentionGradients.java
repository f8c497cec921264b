package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;

/** Scratch for the backward of attention and of what comes before it, shared by all layers of a model. */
record AttentionGradients(Tensor mixed, Tensor projected, Tensor query, Tensor key, Tensor value, Tensor normalised) {
    static AttentionGradients allocate(Workspace workspace, int width) {
        Tensor projected = workspace.activation(3L * width);
        return new AttentionGradients(
                workspace.activation(width),
                projected,
                projected.slice(2, 0, width),
                projected.slice(2, width, 2L * width),
                projected.slice(2, 2L * width, 3L * width),
                workspace.activation(width));
    }
}
