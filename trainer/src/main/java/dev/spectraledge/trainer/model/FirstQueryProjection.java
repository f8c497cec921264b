package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;

/**
 * Queries of the first row of each sequence, keys and values of all rows: what the last block needs where only the first
 * position is read from it. Its queries are the rows of {@link TokenRows#labelled}.
 */
final class FirstQueryProjection implements AttentionInput {
    private final Backend backend;
    private final ResidualStream input;
    private final AttentionGradients scratch;
    private final LayerNorm norm;
    private final Tensor firstNormalised;
    private final SeparateProjections projections;
    private final AttentionOperands operands;
    private final Tensor keyValueGradient;
    private final Tensor firstNormalisedGradient;
    /** INT32 {@code [S, capacity]}: the row where each sequence begins. */
    private final Tensor firstRows;

    FirstQueryProjection(
            Workspace workspace,
            BlockNames names,
            TransformerShape shape,
            ResidualStream input,
            AttentionGradients scratch) {
        int width = shape.width();
        int length = shape.contextLength();
        backend = workspace.backend();
        this.input = input;
        this.scratch = scratch;
        norm = new LayerNorm(workspace, names.attentionNorm(), width);
        firstNormalised = norm.output().every(1, length);
        projections = new SeparateProjections(workspace, workspace, names.attentionInput(), width);
        operands = AttentionOperands.of(projections.query(), projections.key(), projections.value(), scratch);
        boolean trains = workspace.gradients() != null;
        keyValueGradient = trains ? scratch.projected().slice(2, width, 3L * width) : null;
        firstNormalisedGradient = trains ? workspace.activation(width) : null;
        firstRows = trains ? workspace.numbers(row -> row * length) : null;
    }

    @Override
    public PackedSequences queries(TokenRows rows) {
        return rows.labelled();
    }

    @Override
    public void forward(TokenRows rows) {
        norm.forward(rows.sequences(), input.values());
        projections.forwardQueries(rows.labelled(), firstNormalised);
        projections.forwardKeysAndValues(rows.sequences(), norm.output());
    }

    @Override
    public void backward(TokenRows rows) {
        Tensor normalised = scratch.normalised();
        projections.backwardKeysAndValues(rows.sequences(), keyValueGradient, norm.output(), normalised);
        projections.backwardQueries(rows.labelled(), scratch.query(), firstNormalised, firstNormalisedGradient);
        backend.embeddingBackward(rows.labelled(), firstRows, null, firstNormalisedGradient, normalised, null);
        norm.backward(rows.sequences(), normalised, input.values(), input.gradient(), input.gradient());
    }

    @Override
    public AttentionOperands operands() {
        return operands;
    }
}
