package dev.spectraledge.kernels;

/**
 * Multi-head attention of {@code heads} heads of {@code headWidth} columns each; scores are scaled by 1/√headWidth.
 *
 * @param causal whether query i of a sequence sees only the keys 0…i of its own sequence
 */
public record AttentionShape(int heads, int headWidth, boolean causal) {
    /** Columns of the queries, keys, values and outputs: heads · headWidth. */
    public int width() {
        return heads * headWidth;
    }
}
