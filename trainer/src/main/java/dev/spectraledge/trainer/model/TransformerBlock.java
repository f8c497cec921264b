package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;

/** A pre-norm block: h ← h + attention(norm₁(h)); h ← h + feedForward(norm₂(h)). */
final class TransformerBlock {
    private final LayerNorm norm1;
    private final SelfAttention attention;
    private final LayerNorm norm2;
    private final FeedForward feedForward;
    private final Tensor afterAttention;
    private final Tensor output;

    TransformerBlock(Workspace workspace, String name, TransformerShape shape, boolean causal) {
        int width = shape.width();
        norm1 = new LayerNorm(workspace, name + ".norm1", width);
        attention = new SelfAttention(
                workspace,
                name + ".self_attn",
                new AttentionShape(shape.heads(), width / shape.heads(), causal),
                shape.contextLength());
        norm2 = new LayerNorm(workspace, name + ".norm2", width);
        feedForward = new FeedForward(workspace, name, shape.gelu(), shape.feedForwardWidth());
        afterAttention = workspace.activation(width);
        output = workspace.activation(width);
    }

    Tensor forward(PackedSequences sequences, Tensor input) {
        attention.forward(sequences, norm1.forward(sequences, input), input, afterAttention);
        feedForward.forward(sequences, norm2.forward(sequences, afterAttention), afterAttention, output);
        return output;
    }

    /** Turns {@code gradient} from the derivative by the block's output into that by its input, in place. */
    void backward(PackedSequences sequences, BlockGradients scratch, Tensor input, Tensor gradient) {
        feedForward.backward(sequences, gradient, norm2.output(), scratch.hidden(), scratch.normalised());
        norm2.backward(sequences, scratch.normalised(), afterAttention, gradient, gradient);
        attention.backward(sequences, scratch.attention(), gradient, norm1.output(), scratch.normalised());
        norm1.backward(sequences, scratch.normalised(), input, gradient, gradient);
    }

    Tensor output() {
        return output;
    }

    Tensor attentionProbabilities() {
        return attention.probabilities();
    }
}
