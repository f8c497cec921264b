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
 * @param rotaryShare share of the columns of each head that tell positions by turning; 0 for a table of positions
 * @param rotaryBase of the angles by which they turn
 * @param norm what is taken off and put on before each part of a block
 * @param normEpsilon added to what norms divide by, under the root
 * @param gated whether the hidden layer is SwiGLU, of two matrices, in place of GELU
 * @param biases whether linear layers have them, the head of a language model never
 * @param parallelResidual whether attention and feed-forward part of a block both read what enters it
 * @param tied whether the head is the table of tokens
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

        @AlsoCalled({"rotary_pct", "partial_rotary_factor"})
        @DefaultValue("0")
        @LeftOutByDefault
        @Range(min = 0, max = 1)
        double rotaryShare,

        @AlsoCalled("rope_theta") @DefaultValue("10000") @LeftOutByDefault @Range(min = 1, aboveMin = true)
        double rotaryBase,

        @DefaultValue("layer_norm") @LeftOutByDefault Normalization norm,

        @AlsoCalled({"layer_norm_epsilon", "layer_norm_eps", "rms_norm_eps"})
        @DefaultValue("1e-5")
        @LeftOutByDefault
        @Range(min = 0, aboveMin = true, max = 1, belowMax = true)
        double normEpsilon,

        @AlsoCalled("swiglu") @DefaultValue("false") @LeftOutByDefault
        boolean gated,

        @AlsoCalled("bias") @DefaultValue("true") @LeftOutByDefault
        boolean biases,

        @AlsoCalled("use_parallel_residual") @DefaultValue("false") @LeftOutByDefault
        boolean parallelResidual,

        @AlsoCalled("tie_word_embeddings") @DefaultValue("false") @LeftOutByDefault
        boolean tied,

        @DefaultValue("false") @LeftOutByDefault boolean depthScaled) {
    public ModelConfig {
        if (width % heads != 0) {
            throw new IllegalArgumentException("width (" + width + ") must be a multiple of heads (" + heads + ")");
        }
        if (rotaryShare > 0) {
            requirePairs(rotaryShare, width / heads, rotaryBase);
        }
    }

    private static void requirePairs(double share, int headWidth, double base) {
        try {
            RotaryPositions.ofShare(share, headWidth, base);
        } catch (IllegalArgumentException none) {
            throw new IllegalArgumentException("rotaryShare (" + share + "): " + none.getMessage(), none);
        }
    }

    /** Whether only its sizes and its activation are chosen, and all else is as the published models of the other tasks have it. */
    public boolean isPlain() {
        return isPreNormWithGelu() && biases && !tied && !depthScaled;
    }

    private boolean isPreNormWithGelu() {
        return rotaryShare == 0 && hasUsualNorm() && !gated && !parallelResidual;
    }

    private boolean hasUsualNorm() {
        return norm == Normalization.LAYER_NORM && normEpsilon == LayerNorm.USUAL_EPSILON;
    }

    /** A model with the names of this one's parameters, those of its first hundred layers, and as few elements as possible. */
    public ModelConfig inMiniature() {
        int narrow = rotaryShare == 0 ? 1 : 2;
        return new ModelConfig(
                Math.min(layers, 100),
                narrow,
                1,
                1,
                1,
                gelu,
                narrow - 1,
                rotaryBase,
                norm,
                normEpsilon,
                gated,
                biases,
                parallelResidual,
                tied,
                depthScaled);
    }

    /** Of a language model. */
    public GptStyle style() {
        return new GptStyle(rotary(), norm, normEpsilon, gated, biases, parallelResidual, tied, depthScaled);
    }

    private RotaryPositions rotary() {
        return rotaryShare == 0 ? null : RotaryPositions.ofShare(rotaryShare, width / heads, rotaryBase);
    }

    public TransformerShape shape(int vocabulary, int classes, int contextLength) {
        return new TransformerShape(
                vocabulary, classes, contextLength, positions, layers, width, heads, feedForwardWidth, gelu);
    }
}
