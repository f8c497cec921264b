package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;

/**
 * A pre-norm block of a decoder: h ← h + attention(norm₁(h)), causal; h ← h + attention(norm₂(h), memory); h ← h +
 * feedForward(norm₃(h)).
 */
final class DecoderBlock {
    private final ResidualStream input;
    private final AttentionInput selfInput;
    private final MultiHeadAttention selfAttention;
    private final CrossProjection crossInput;
    private final MultiHeadAttention crossAttention;
    private final LayerNorm norm3;
    private final FeedForward feedForward;
    private final BlockGradients scratch;
    private final Tensor afterSelfAttention;
    private final Tensor afterCrossAttention;
    private final ResidualStream output;

    /**
     * Makes room.
     *
     * @param input the residual stream before this block
     * @param selfInput made of the same
     * @param memoryLength rows of a sequence of the memory at most
     * @param scratch null, as the other one, for a model that only predicts
     */
    DecoderBlock(
            Workspace workspace,
            String name,
            TransformerShape shape,
            ResidualStream input,
            AttentionInput selfInput,
            Workspace ofMemory,
            Tensor memory,
            int memoryLength,
            BlockGradients scratch,
            CrossGradients crossScratch) {
        BlockNames names = BlockNames.torch(name);
        int width = shape.width();
        int headWidth = width / shape.heads();
        this.input = input;
        this.selfInput = selfInput;
        this.scratch = scratch;
        selfAttention = new MultiHeadAttention(
                workspace,
                names.attentionOutput(),
                new AttentionShape(shape.heads(), headWidth, true),
                shape.contextLength(),
                selfInput.operands(),
                true);
        afterSelfAttention = workspace.activation(width);
        crossInput = new CrossProjection(
                workspace, name, width, input.at(afterSelfAttention), ofMemory, memory, crossScratch);
        crossAttention = new MultiHeadAttention(
                workspace,
                LinearNames.of(name + ".multihead_attn.out_proj"),
                new AttentionShape(shape.heads(), headWidth, false),
                memoryLength,
                crossInput.operands(),
                true);
        afterCrossAttention = workspace.activation(width);
        norm3 = new LayerNorm(workspace, name + ".norm3", width);
        feedForward = FeedForward.of(workspace, names, shape, BlockStyle.TORCH);
        output = input.at(workspace.activation(width));
    }

    /** @param memoryRows the sequences of the memory, one for each of the rows' */
    void forward(TokenRows rows, PackedSequences memoryRows) {
        PackedSequences sequences = rows.sequences();
        selfInput.forward(rows);
        selfAttention.forward(sequences, sequences, input.values(), afterSelfAttention);
        crossInput.forward(sequences, memoryRows);
        crossAttention.forward(sequences, memoryRows, afterSelfAttention, afterCrossAttention);
        feedForward.forward(
                sequences, norm3.forward(sequences, afterCrossAttention), afterCrossAttention, output.values());
    }

    /**
     * Turns the gradient of the residual stream from the derivative by the block's output into that by its input, and
     * overwrites {@code memoryGradient} with that by the memory as far as this block reads it.
     */
    void backward(TokenRows rows, PackedSequences memoryRows, Tensor memoryGradient) {
        PackedSequences sequences = rows.sequences();
        Tensor gradient = input.gradient();
        Tensor mixed = scratch.attention().mixed();
        feedForward.backward(sequences, gradient, norm3.output(), scratch.hidden(), scratch.normalised());
        norm3.backward(sequences, scratch.normalised(), afterCrossAttention, gradient, gradient);
        crossAttention.backward(sequences, memoryRows, gradient, mixed);
        crossInput.backward(sequences, memoryRows, memoryGradient);
        selfAttention.backward(sequences, sequences, gradient, mixed);
        selfInput.backward(rows);
    }

    /** The residual stream after this block. */
    ResidualStream output() {
        return output;
    }

    AttentionPattern selfAttention(PackedSequences sequences) {
        return selfAttention.pattern(sequences, sequences, true);
    }

    AttentionPattern crossAttention(PackedSequences sequences, PackedSequences memoryRows) {
        return crossAttention.pattern(sequences, memoryRows, false);
    }

    Tensor selfAttentionProbabilities() {
        return selfAttention.probabilities();
    }

    Tensor crossAttentionProbabilities() {
        return crossAttention.probabilities();
    }
}
