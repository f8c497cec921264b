package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;

/**
 * Queries of all rows, keys and values of the rows that are no padding: an encoder that nothing but its own attention keeps
 * from seeing padding. The rows with keys are {@link TokenRows#keys}.
 */
final class VisibleKeysProjection implements AttentionInput {
    private final Backend backend;
    private final ResidualStream input;
    private final AttentionGradients scratch;
    private final LayerNorm norm;
    private final SeparateProjections projections;
    private final AttentionOperands operands;
    private final Tensor visibleNormalised;
    private final Tensor keyValueGradient;

    VisibleKeysProjection(
            Workspace workspace,
            BlockNames names,
            TransformerShape shape,
            ResidualStream input,
            AttentionGradients scratch) {
        int width = shape.width();
        backend = workspace.backend();
        this.input = input;
        this.scratch = scratch;
        norm = new LayerNorm(workspace, names.attentionNorm(), width);
        projections = new SeparateProjections(workspace, workspace, names.attentionInput(), width);
        operands = AttentionOperands.of(projections.query(), projections.key(), projections.value(), scratch);
        visibleNormalised = workspace.activation(width);
        keyValueGradient = scratch == null ? null : scratch.projected().slice(2, width, 3L * width);
    }

    @Override
    public PackedSequences keys(TokenRows rows) {
        return rows.keys();
    }

    @Override
    public void forward(TokenRows rows) {
        Tensor normalised = norm.forward(rows.sequences(), input.values());
        projections.forwardQueries(rows.sequences(), normalised);
        backend.embedding(rows.keys(), rows.keyRows(), null, normalised, null, visibleNormalised);
        projections.forwardKeysAndValues(rows.keys(), visibleNormalised);
    }

    @Override
    public void backward(TokenRows rows) {
        Tensor normalised = scratch.normalised();
        Tensor visible = scratch.mixed();
        projections.backwardQueries(rows.sequences(), scratch.query(), norm.output(), normalised);
        projections.backwardKeysAndValues(rows.keys(), keyValueGradient, visibleNormalised, visible);
        backend.embeddingBackward(rows.keys(), rows.keyRows(), null, visible, normalised, null);
        norm.backward(rows.sequences(), normalised, input.values(), input.gradient(), input.gradient());
    }

    @Override
    public AttentionOperands operands() {
        return operands;
    }
}
