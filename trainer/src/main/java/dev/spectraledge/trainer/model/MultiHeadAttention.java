package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;

/** Multi-head attention and its output projection. */
final class MultiHeadAttention {
    private final Workspace workspace;
    private final AttentionShape shape;
    private final AttentionOperands operands;
    private final Linear outputProjection;
    private final Tensor probabilities;
    private final Tensor mixed;

    MultiHeadAttention(
            Workspace workspace, LinearNames output, AttentionShape shape, int mostKeys, AttentionOperands operands) {
        this.workspace = workspace;
        this.shape = shape;
        this.operands = operands;
        outputProjection = new Linear(workspace, output);
        probabilities = workspace.activation(shape.heads(), mostKeys);
        mixed = workspace.activation(shape.width());
    }

    /** output = residual + attention(input). */
    void forward(PackedSequences queries, PackedSequences keys, Tensor residual, Tensor output) {
        workspace
                .backend()
                .attention(
                        shape, queries, keys, operands.query(), operands.key(), operands.value(), probabilities, mixed);
        outputProjection.forwardOnto(queries, mixed, residual, output);
    }

    /** Overwrites the gradients of the input. */
    void backward(PackedSequences queries, PackedSequences keys, Tensor outputGradient, Tensor mixedGradient) {
        outputProjection.backward(queries, outputGradient, mixed, mixedGradient);
        workspace
                .backend()
                .attentionBackward(
                        shape,
                        queries,
                        keys,
                        mixedGradient,
                        operands.query(),
                        operands.key(),
                        operands.value(),
                        probabilities,
                        operands.queryGradient(),
                        operands.keyGradient(),
                        operands.valueGradient());
    }

    /** What the heads attend to in the batch that was computed last. */
    AttentionPattern pattern(PackedSequences queries, PackedSequences keys, boolean ofOwnRows) {
        return new AttentionPattern(shape, queries, keys, ofOwnRows, probabilities);
    }

    /** {@code [S, capacity, heads, mostKeys]}: the attention of each row of the last batch. */
    Tensor probabilities() {
        return probabilities;
    }
}
