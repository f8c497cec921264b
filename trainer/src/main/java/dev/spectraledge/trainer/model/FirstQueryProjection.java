package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;

/**
 * Queries of the first row of each sequence, keys and values of all rows: what the last block needs where only the first
 * position is read from it. Its queries are the rows of {@link TokenRows#prefixes}.
 */
final class FirstQueryProjection implements AttentionInput {
    private final Backend backend;
    private final ResidualStream input;
    private final AttentionGradients scratch;
    private final LayerNorm norm;
    private final Tensor firstNormalised;
    private final Linear queryProjection;
    private final Linear keyValueProjection;
    private final Tensor query;
    private final Tensor keyValue;
    private final Tensor key;
    private final Tensor value;
    private final Tensor keyValueGradient;
    private final Tensor firstNormalisedGradient;
    /** INT32 {@code [S, capacity]}: the row where each sequence begins. */
    private final Tensor firstRows;

    FirstQueryProjection(
            Workspace workspace,
            String block,
            TransformerShape shape,
            ResidualStream input,
            AttentionGradients scratch) {
        int width = shape.width();
        int length = shape.contextLength();
        backend = workspace.backend();
        this.input = input;
        this.scratch = scratch;
        String weight = block + ".self_attn.in_proj_weight";
        String bias = block + ".self_attn.in_proj_bias";
        norm = new LayerNorm(workspace, block + ".norm1", width);
        firstNormalised = norm.output().every(1, length);
        queryProjection = new Linear(workspace, weight, bias, 0, width);
        keyValueProjection = new Linear(workspace, weight, bias, width, 3L * width);
        query = workspace.activation(width);
        keyValue = workspace.activation(2L * width);
        key = keyValue.slice(2, 0, width);
        value = keyValue.slice(2, width, 2L * width);
        boolean trains = workspace.gradients() != null;
        keyValueGradient = trains ? scratch.projected().slice(2, width, 3L * width) : null;
        firstNormalisedGradient = trains ? workspace.activation(width) : null;
        firstRows = trains ? workspace.numbers(row -> row * length) : null;
    }

    @Override
    public PackedSequences queries(TokenRows rows) {
        return rows.prefixes();
    }

    @Override
    public void forward(TokenRows rows) {
        norm.forward(rows.sequences(), input.values());
        queryProjection.forward(rows.prefixes(), firstNormalised, query);
        keyValueProjection.forward(rows.sequences(), norm.output(), keyValue);
    }

    @Override
    public void backward(TokenRows rows) {
        Tensor normalised = scratch.normalised();
        keyValueProjection.backward(rows.sequences(), keyValueGradient, norm.output(), normalised);
        queryProjection.backward(rows.prefixes(), scratch.query(), firstNormalised, firstNormalisedGradient);
        backend.embeddingBackward(rows.prefixes(), firstRows, null, firstNormalisedGradient, normalised, null);
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
