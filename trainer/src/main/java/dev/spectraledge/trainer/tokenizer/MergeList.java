package dev.spectraledge.trainer.tokenizer;

import java.util.Arrays;

/** Which pairs of tokens become one, in order of precedence, and the tokens of single bytes. */
final class MergeList {
    private final int[] tokensOfBytes;
    private final PairTable ranks = new PairTable();
    private long[] pairs = new long[256];
    private int[] merged = new int[256];
    private int size;

    /** @param tokensOfBytes the token of each byte */
    MergeList(int... tokensOfBytes) {
        this.tokensOfBytes = tokensOfBytes.clone();
    }

    /** Appends a merge; one of a pair that has one already is never used. */
    void add(int left, int right, int token) {
        if (size == pairs.length) {
            pairs = Arrays.copyOf(pairs, 2 * size);
            merged = Arrays.copyOf(merged, 2 * size);
        }
        pairs[size] = PairTable.pair(left, right);
        merged[size] = token;
        ranks.putIfAbsent(pairs[size], size);
        size++;
    }

    int size() {
        return size;
    }

    int left(int rank) {
        return PairTable.left(pairs[rank]);
    }

    int right(int rank) {
        return PairTable.right(pairs[rank]);
    }

    /** What the pair of this rank becomes. */
    int merged(int rank) {
        return merged[rank];
    }

    /** The rank of a pair, or {@link PairTable#ABSENT}. */
    int rank(int left, int right) {
        return ranks.get(left, right);
    }

    /** The token of a byte from 0 to 255. */
    int tokenOfByte(int value) {
        return tokensOfBytes[value];
    }
}
