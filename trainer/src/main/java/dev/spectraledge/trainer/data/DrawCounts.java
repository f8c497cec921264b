package dev.spectraledge.trainer.data;

import java.util.Arrays;

/** How often each example was drawn, for a number of draws that is known: a table of open addressing, without garbage. */
final class DrawCounts {
    /** Odd, so that multiplying by it loses nothing; the golden ratio's fraction. */
    private static final long MIXER = 0x9E37_79B9_7F4A_7C15L;

    private final long[] examples;
    /** Zero where a slot is empty. */
    private final int[] counts;

    private final int shift;

    /** @param draws at most, between two calls of {@link #clear} */
    DrawCounts(int draws) {
        int slots = Integer.highestOneBit(Math.max(1, draws)) * 4;
        examples = new long[slots];
        counts = new int[slots];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(slots);
    }

    /** Counts a draw; returns how many there are now of this example. */
    int add(long example) {
        int slot = slot(example);
        examples[slot] = example;
        return ++counts[slot];
    }

    int of(long example) {
        return counts[slot(example)];
    }

    void clear() {
        Arrays.fill(counts, 0);
    }

    /** The example's own slot, or the empty one that it would get. */
    private int slot(long example) {
        int slot = (int) ((example * MIXER) >>> shift);
        while (counts[slot] > 0 && examples[slot] != example) {
            slot = (slot + 1) & (counts.length - 1);
        }
        return slot;
    }
}
