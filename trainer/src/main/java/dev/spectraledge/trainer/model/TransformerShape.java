package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Gelu;

/**
 * Sizes of a transformer that tells classes apart.
 *
 * @param contextLength longest sequence
 * @param positions rows of the position table, at least {@code contextLength}
 */
public record TransformerShape(
        int vocabulary,
        int classes,
        int contextLength,
        int positions,
        int layers,
        int width,
        int heads,
        int feedForwardWidth,
        Gelu gelu) {
    /** The same with another table of positions. */
    public TransformerShape withPositions(int others) {
        return new TransformerShape(
                vocabulary, classes, contextLength, others, layers, width, heads, feedForwardWidth, gelu);
    }
}
