package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;

/** Queries, keys and values of all rows, by the packed projection of PyTorch: rows of W_in are W_Q, W_K, W_V. */
final class PackedProjection implements AttentionInput {
    private final ResidualStream input;
    private final AttentionGradients scratch;
    private final LayerNorm norm;
    private final Linear projection;
    private final Tensor projected;
    private final AttentionOperands operands;
    /** Null where positions are in the residual stream. */
    private final Rotation rotation;

    private final Tensor queriesAndKeys;
    private final Tensor queryAndKeyGradient;

    /** @param rotation of queries and keys; null where positions are in the residual stream */
    PackedProjection(
            Workspace workspace,
            BlockNames names,
            TransformerShape shape,
            NormStyle style,
            Rotation rotation,
            ResidualStream input,
            AttentionGradients scratch) {
        int width = shape.width();
        this.input = input;
        this.scratch = scratch;
        norm = new LayerNorm(workspace, names.attentionNorm(), width, style);
        this.rotation = rotation;
        projection = new Linear(workspace, names.attentionInput());
        projected = workspace.activation(3L * width);
        operands = AttentionOperands.of(
                projected.slice(2, 0, width),
                projected.slice(2, width, 2L * width),
                projected.slice(2, 2L * width, 3L * width),
                scratch);
        queriesAndKeys = projected.slice(2, 0, 2L * width);
        queryAndKeyGradient = scratch == null ? null : scratch.projected().slice(2, 0, 2L * width);
    }

    /** Keys and values of all rows, side by side. */
    Tensor keysAndValues() {
        return projected.slice(2, operands.query().size(2), projected.size(2));
    }

    @Override
    public void forward(TokenRows rows) {
        projection.forward(rows.sequences(), norm.forward(rows.sequences(), input.values()), projected);
        if (rotation != null) {
            rotation.forward(rows, queriesAndKeys);
        }
    }

    @Override
    public void backward(TokenRows rows) {
        Tensor gradient = input.gradient();
        if (rotation != null) {
            rotation.backward(rows, queryAndKeyGradient);
        }
        projection.backward(rows.sequences(), scratch.projected(), norm.output(), scratch.normalised());
        norm.backward(rows.sequences(), scratch.normalised(), input.values(), gradient, gradient);
    }

    @Override
    public AttentionOperands operands() {
        return operands;
    }
}
