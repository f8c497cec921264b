package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;

/**
 * A pre-norm block: h ← h + attention(norm₁(h)); h ← h + feedForward(norm₂(h)); or
 * both parts read what enters the block, h ← h + attention(norm₁(h)) + feedForward(norm₂(h)). A block of which only the first position of
 * each sequence is read computes everything after the keys and values for that position alone.
 */
final class TransformerBlock {
    private final AttentionInput attentionInput;
    private final MultiHeadAttention attention;
    private final LayerNorm norm2;
    private final FeedForward feedForward;
    /** Of the rows that this block computes. */
    private final ResidualStream input;

    private final boolean parallel;
    private final BlockGradients scratch;
    private final Tensor afterAttention;
    private final ResidualStream output;
    private final Tensor outputValues;

    /**
     * @param causal whether a position sees only itself and those before it
     * @param firstOnly whether only the first position of each sequence is read, all sequences being as long as the context;
     *     the rows of the others are then not written
     * @param input the residual stream before this block
     * @param attentionInput made of the same, with queries of the rows that this block computes
     * @param scratch null for a model that only predicts
     */
    TransformerBlock(
            Workspace workspace,
            BlockNames names,
            TransformerShape shape,
            BlockStyle style,
            boolean causal,
            boolean firstOnly,
            ResidualStream input,
            AttentionInput attentionInput,
            BlockGradients scratch) {
        int width = shape.width();
        this.input = firstOnly ? input.firstRows(shape.contextLength()) : input;
        this.attentionInput = attentionInput;
        this.scratch = scratch;
        attention = new MultiHeadAttention(
                workspace,
                names.attentionOutput(),
                new AttentionShape(shape.heads(), width / shape.heads(), causal),
                shape.contextLength(),
                attentionInput.operands(),
                style.keepsProbabilities());
        norm2 = new LayerNorm(workspace, names.feedForwardNorm(), width, style.norm());
        feedForward = FeedForward.of(workspace, names, shape, style);
        parallel = style.parallelResidual();
        afterAttention = workspace.activation(width);
        output = input.at(workspace.activation(width));
        outputValues = firstOnly ? output.firstRows(shape.contextLength()).values() : output.values();
    }

    void forward(TokenRows rows) {
        PackedSequences queries = attentionInput.queries(rows);
        attentionInput.forward(rows);
        attention.forward(queries, attentionInput.keys(rows), input.values(), afterAttention);
        Tensor read = parallel ? input.values() : afterAttention;
        feedForward.forward(queries, norm2.forward(queries, read), afterAttention, outputValues);
    }

    /** Turns the gradient of the residual stream from the derivative by the block's output into that by its input. */
    void backward(TokenRows rows) {
        if (parallel) {
            // Both need the gradient of the output, to which the norms add.
            backwardToOperands(rows);
            backwardFeedForward(rows, input.values());
        } else {
            backwardFeedForward(rows, afterAttention);
            backwardToOperands(rows);
        }
        attentionInput.backward(rows);
    }

    private void backwardFeedForward(TokenRows rows, Tensor read) {
        PackedSequences queries = attentionInput.queries(rows);
        Tensor gradient = input.gradient();
        feedForward.backward(queries, gradient, norm2.output(), scratch.hidden(), scratch.normalised());
        norm2.backward(queries, scratch.normalised(), read, gradient, gradient);
    }

    private void backwardToOperands(TokenRows rows) {
        attention.backward(
                attentionInput.queries(rows),
                attentionInput.keys(rows),
                input.gradient(),
                scratch.attention().mixed());
    }

    /** The residual stream after this block. */
    ResidualStream output() {
        return output;
    }

    AttentionPattern attention(TokenRows rows) {
        return attention.pattern(attentionInput.queries(rows), attentionInput.keys(rows), true);
    }

    Tensor attentionProbabilities() {
        return attention.probabilities();
    }
}
