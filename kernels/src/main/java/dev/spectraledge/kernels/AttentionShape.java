package dev.spectraledge.kernels;

/**
 * Multi-head attention of {@code heads} heads of {@code headWidth} columns each; scores are scaled by 1/√headWidth.
 *
 * @param causal whether a query sees only the keys up to its own position. The last query stands at the last key; where there
 *     are more keys than queries, the first ones are of positions before those of the queries, and where there are fewer,
 *     query i stands at key i
 */
public record AttentionShape(int heads, int headWidth, boolean causal) {
    /** Columns of the queries, keys, values and outputs: heads · headWidth. */
    public int width() {
        return heads * headWidth;
    }

    /** How many of a sequence's {@code keys} its query number {@code query} of {@code queries} sees. */
    public int visibleKeys(int query, int queries, int keys) {
        return causal ? Math.min(query + 1 + Math.max(keys - queries, 0), keys) : keys;
    }

    /** The first of a sequence's {@code queries} that sees key number {@code key} of {@code keys}, or their number. */
    public int firstQuery(int key, int queries, int keys) {
        return causal ? Math.clamp(key - Math.max(keys - queries, 0), 0, queries) : 0;
    }
}
