package dev.spectraledge.trainer.config;

import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.trainer.model.TransformerShape;

/**
 * The shape of the transformer.
 *
 * @param layers number of blocks
 * @param width size of the residual stream
 * @param heads attention heads per block; they divide the width
 * @param feedForwardWidth size of the hidden layer of the feed-forward part
 * @param positions rows of the table of learned position embeddings
 * @param gelu exact (erf) or approximate (tanh) form of the activation
 */
public record ModelConfig(
        @Range(min = 1) int layers,
        @Range(min = 1) int width,
        @Range(min = 1) int heads,
        @Range(min = 1) int feedForwardWidth,
        @Range(min = 1) int positions,
        Gelu gelu) {
    public ModelConfig {
        if (width % heads != 0) {
            throw new IllegalArgumentException("width (" + width + ") must be a multiple of heads (" + heads + ")");
        }
    }

    TransformerShape shape(int vocabulary, int classes, int contextLength) {
        return new TransformerShape(
                vocabulary, classes, contextLength, positions, layers, width, heads, feedForwardWidth, gelu);
    }
}
