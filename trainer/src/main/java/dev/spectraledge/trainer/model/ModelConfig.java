package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.trainer.key.AlsoCalled;
import dev.spectraledge.trainer.key.DefaultValue;
import dev.spectraledge.trainer.key.LeftOutByDefault;
import dev.spectraledge.trainer.key.Range;

/**
 * The shape of the transformer.
 *
 * @param layers number of blocks
 * @param width size of the residual stream
 * @param heads attention heads per block; they divide the width
 * @param feedForwardWidth size of the hidden layer of the feed-forward part
 * @param positions rows of the table of learned position embeddings
 * @param gelu exact (erf) or approximate (tanh) form of the activation
 * @param biases whether linear layers have them, the head of a language model never
 * @param depthScaled whether the matrices that write to the residual stream start smaller by 1/√(2·layers)
 */
public record ModelConfig(
        @AlsoCalled({"n_layer", "n_layers", "num_layers", "depth"}) @Range(min = 1)
        int layers,

        @AlsoCalled({"d_model", "n_embd", "hidden_size", "embed_dim", "dim"}) @Range(min = 1)
        int width,

        @AlsoCalled({"n_head", "n_heads", "num_heads"}) @Range(min = 1)
        int heads,

        @AlsoCalled({"d_ff", "dim_feedforward", "ffn_dim", "intermediate_size"}) @Range(min = 1)
        int feedForwardWidth,

        @AlsoCalled({"block_size", "n_positions", "max_len", "max_seq_len"}) @Range(min = 1)
        int positions,

        Gelu gelu,

        @AlsoCalled("bias") @DefaultValue("true") @LeftOutByDefault
        boolean biases,

        @DefaultValue("false") @LeftOutByDefault boolean depthScaled) {
    public ModelConfig {
        if (width % heads != 0) {
            throw new IllegalArgumentException("width (" + width + ") must be a multiple of heads (" + heads + ")");
        }
    }

    /** Whether only its sizes and its activation are chosen, and all else is as the published models of the other tasks have it. */
    public boolean isPlain() {
        return biases && !depthScaled;
    }

    /** A model with the names of this one's parameters, those of its first hundred layers, and as few elements as possible. */
    public ModelConfig inMiniature() {
        return new ModelConfig(Math.min(layers, 100), 1, 1, 1, 1, gelu, biases, depthScaled);
    }

    public TransformerShape shape(int vocabulary, int classes, int contextLength) {
        return new TransformerShape(
                vocabulary, classes, contextLength, positions, layers, width, heads, feedForwardWidth, gelu);
    }
}
