package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;

/** Multi-head attention and its output projection. */
final class MultiHeadAttention {
    private final Workspace workspace;
    private final AttentionShape shape;
    private final AttentionOperands operands;
    private final Linear outputProjection;
    /** Null where they are computed again in the backward, of which then {@link #logSums} is kept. */
    private final Tensor probabilities;

    private final Tensor logSums;
    private final Tensor mixed;

    MultiHeadAttention(
            Workspace workspace,
            LinearNames output,
            AttentionShape shape,
            int mostKeys,
            AttentionOperands operands,
            boolean keepsProbabilities) {
        this.workspace = workspace;
        this.shape = shape;
        this.operands = operands;
        outputProjection = new Linear(workspace, output);
        probabilities = keepsProbabilities ? workspace.activation(shape.heads(), mostKeys) : null;
        logSums = keepsProbabilities ? null : workspace.activation(shape.heads());
        mixed = workspace.activation(shape.width());
    }

    /** output = residual + attention(input). */
    void forward(PackedSequences queries, PackedSequences keys, Tensor residual, Tensor output) {
        Backend backend = workspace.backend();
        if (probabilities == null) {
            backend.tiledAttention(
                    shape, queries, keys, operands.query(), operands.key(), operands.value(), logSums, mixed);
        } else {
            backend.attention(
                    shape, queries, keys, operands.query(), operands.key(), operands.value(), probabilities, mixed);
        }
        outputProjection.forwardOnto(queries, mixed, residual, output);
    }

    /** Overwrites the gradients of the input. */
    void backward(PackedSequences queries, PackedSequences keys, Tensor outputGradient, Tensor mixedGradient) {
        outputProjection.backward(queries, outputGradient, mixed, mixedGradient);
        Backend backend = workspace.backend();
        if (probabilities == null) {
            backend.tiledAttentionBackward(
                    shape,
                    queries,
                    keys,
                    mixedGradient,
                    operands.query(),
                    operands.key(),
                    operands.value(),
                    mixed,
                    logSums,
                    operands.queryGradient(),
                    operands.keyGradient(),
                    operands.valueGradient());
        } else {
            backend.attentionBackward(
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
    }

    /**
     * What the heads attend to in the batch that was computed last.
     *
     * @throws RunException if it is not kept
     */
    AttentionPattern pattern(PackedSequences queries, PackedSequences keys, boolean ofOwnRows) {
        if (probabilities == null) {
            throw new RunException("attention is not kept in a model with so long a context, so it cannot be examined");
        }
        return new AttentionPattern(shape, queries, keys, ofOwnRows, probabilities);
    }

    /** {@code [S, capacity, heads, mostKeys]}: the attention of each row of the last batch; null if it is not kept. */
    Tensor probabilities() {
        return probabilities;
    }
}
