package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;

/**
 * Queries of all rows, keys and values of the rows that are no padding: an encoder that nothing but its own attention keeps
 * from seeing padding. The rows with keys are {@link TokenRows#prefixes}.
 */
final class VisibleKeysProjection implements AttentionInput {
    private final Backend backend;
    private final ResidualStream input;
    private final AttentionGradients scratch;
    private final LayerNorm norm;
    private final Linear queryProjection;
    private final Linear keyValueProjection;
    private final Tensor visibleNormalised;
    private final Tensor query;
    private final Tensor keyValue;
    private final Tensor key;
    private final Tensor value;
    private final Tensor keyValueGradient;

    VisibleKeysProjection(
            Workspace workspace,
            String block,
            TransformerShape shape,
            ResidualStream input,
            AttentionGradients scratch) {
        int width = shape.width();
        backend = workspace.backend();
        this.input = input;
        this.scratch = scratch;
        String weight = block + ".self_attn.in_proj_weight";
        String bias = block + ".self_attn.in_proj_bias";
        norm = new LayerNorm(workspace, block + ".norm1", width);
        queryProjection = new Linear(workspace, weight, bias, 0, width);
        keyValueProjection = new Linear(workspace, weight, bias, width, 3L * width);
        visibleNormalised = workspace.activation(width);
        query = workspace.activation(width);
        keyValue = workspace.activation(2L * width);
        key = keyValue.slice(2, 0, width);
        value = keyValue.slice(2, width, 2L * width);
        keyValueGradient = scratch == null ? null : scratch.projected().slice(2, width, 3L * width);
    }

    @Override
    public PackedSequences keys(TokenRows rows) {
        return rows.prefixes();
    }

    @Override
    public void forward(TokenRows rows) {
        Tensor normalised = norm.forward(rows.sequences(), input.values());
        queryProjection.forward(rows.sequences(), normalised, query);
        backend.embedding(rows.prefixes(), rows.prefixRows(), null, normalised, null, visibleNormalised);
        keyValueProjection.forward(rows.prefixes(), visibleNormalised, keyValue);
    }

    @Override
    public void backward(TokenRows rows) {
        Tensor normalised = scratch.normalised();
        Tensor visible = scratch.mixed();
        queryProjection.backward(rows.sequences(), scratch.query(), norm.output(), normalised);
        keyValueProjection.backward(rows.prefixes(), keyValueGradient, visibleNormalised, visible);
        backend.embeddingBackward(rows.prefixes(), rows.prefixRows(), null, visible, normalised, null);
        norm.backward(rows.sequences(), normalised, input.values(), input.gradient(), input.gradient());
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
