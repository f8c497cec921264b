package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;

/** Scratch for the backward of attention to a memory, shared by all layers of a model. */
record CrossGradients(Tensor query, Tensor keyValue, Tensor key, Tensor value, Tensor normalised) {
    /**
     * Makes room.
     *
     * @param ofRows of what attends
     * @param ofMemory of what is attended to
     */
    static CrossGradients allocate(AttentionGradients ofRows, Workspace ofMemory, int width) {
        Tensor keyValue = ofMemory.activation(2L * width);
        return new CrossGradients(
                ofRows.query(),
                keyValue,
                keyValue.slice(2, 0, width),
                keyValue.slice(2, width, 2L * width),
                ofRows.normalised());
    }
}
