package dev.spectraledge.trainer.model;

/**
 * In what GPTs of one size differ.
 *
 * @param rotary null for a learned table of positions, which is added to that of the tokens
 * @param epsilon of the norms
 * @param gated whether the hidden layer is SwiGLU in place of the shape's GELU
 * @param biases whether the linear layers of the blocks have them; the head never does
 * @param parallelResidual whether attention and feed-forward part of a block both read what enters it, each by a norm of its
 *     own, as in GPT-NeoX, and not one after the other
 * @param tiedHead whether the head is the table of tokens
 * @param scalesWithDepth whether the matrices that write to the residual stream start smaller by 1/√(2·layers)
 */
public record GptStyle(
        RotaryPositions rotary,
        Normalization norm,
        double epsilon,
        boolean gated,
        boolean biases,
        boolean parallelResidual,
        boolean tiedHead,
        boolean scalesWithDepth) {
    /** As GPT-2 and nanoGPT: learned positions, layer norms with biases, one part after the other, a tied head. */
    public static GptStyle learned(boolean biases, boolean scalesWithDepth) {
        return new GptStyle(
                null, Normalization.LAYER_NORM, LayerNorm.USUAL_EPSILON, false, biases, false, true, scalesWithDepth);
    }
}
