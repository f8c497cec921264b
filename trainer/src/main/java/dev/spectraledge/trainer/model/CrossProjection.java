package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** Queries of a decoder's rows, made by its second layer norm; keys and values of the memory that it attends to. */
final class CrossProjection {
    private final ResidualStream input;
    private final Tensor memory;
    private final CrossGradients scratch;
    private final LayerNorm norm;
    private final SeparateProjections projections;
    private final AttentionOperands operands;

    /**
     * Makes room.
     *
     * @param input the residual stream after the block's attention to itself
     * @param ofMemory has room for the rows of the memory
     */
    CrossProjection(
            Workspace workspace,
            String block,
            int width,
            ResidualStream input,
            Workspace ofMemory,
            Tensor memory,
            CrossGradients scratch) {
        this.input = input;
        this.memory = memory;
        this.scratch = scratch;
        norm = new LayerNorm(workspace, block + ".norm2", width);
        projections =
                new SeparateProjections(workspace, ofMemory, LinearNames.packed(block + ".multihead_attn"), width);
        operands = AttentionOperands.of(projections.query(), projections.key(), projections.value(), scratch);
    }

    void forward(Rows rows, Rows memoryRows) {
        projections.forwardQueries(rows, norm.forward(rows, input.values()));
        projections.forwardKeysAndValues(memoryRows, memory);
    }

    /** Takes the gradients that attention has left. Overwrites {@code memoryGradient} with the derivative by the memory. */
    void backward(Rows rows, Rows memoryRows, Tensor memoryGradient) {
        Tensor gradient = input.gradient();
        projections.backwardKeysAndValues(memoryRows, scratch.keyValue(), memory, memoryGradient);
        projections.backwardQueries(rows, scratch.query(), norm.output(), scratch.normalised());
        norm.backward(rows, scratch.normalised(), input.values(), gradient, gradient);
    }

    AttentionOperands operands() {
        return operands;
    }
}
