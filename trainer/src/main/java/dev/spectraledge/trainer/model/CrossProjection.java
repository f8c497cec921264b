package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** Queries of a decoder's rows, made by its second layer norm; keys and values of the memory that it attends to. */
final class CrossProjection implements AttentionOperands {
    private final ResidualStream input;
    private final Tensor memory;
    private final CrossGradients scratch;
    private final LayerNorm norm;
    private final Linear queryProjection;
    private final Linear keyValueProjection;
    private final Tensor query;
    private final Tensor keyValue;
    private final Tensor key;
    private final Tensor value;

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
        String weight = block + ".multihead_attn.in_proj_weight";
        String bias = block + ".multihead_attn.in_proj_bias";
        norm = new LayerNorm(workspace, block + ".norm2", width);
        queryProjection = new Linear(workspace, weight, bias, 0, width);
        keyValueProjection = new Linear(ofMemory, weight, bias, width, 3L * width);
        query = workspace.activation(width);
        keyValue = ofMemory.activation(2L * width);
        key = keyValue.slice(2, 0, width);
        value = keyValue.slice(2, width, 2L * width);
    }

    void forward(Rows rows, Rows memoryRows) {
        queryProjection.forward(rows, norm.forward(rows, input.values()), query);
        keyValueProjection.forward(memoryRows, memory, keyValue);
    }

    /** Takes the gradients that attention has left. Overwrites {@code memoryGradient} with the derivative by the memory. */
    void backward(Rows rows, Rows memoryRows, Tensor memoryGradient) {
        Tensor gradient = input.gradient();
        keyValueProjection.backward(memoryRows, scratch.keyValue(), memory, memoryGradient);
        queryProjection.backward(rows, scratch.query(), norm.output(), scratch.normalised());
        norm.backward(rows, scratch.normalised(), input.values(), gradient, gradient);
    }

    @Override
    public Tensor query() {
        return query;
    }

    @Override
    public Tensor key() {
        return key;
    }

    @Override
    public Tensor value() {
        return value;
    }

    @Override
    public Tensor queryGradient() {
        return scratch.query();
    }

    @Override
    public Tensor keyGradient() {
        return scratch.key();
    }

    @Override
    public Tensor valueGradient() {
        return scratch.value();
    }
}
