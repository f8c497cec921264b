package dev.spectraledge.trainer.corpus;

import java.nio.ByteBuffer;

/**
 * Which contents were seen before, by the first 64 bits of their SHA-256: of ten million different ones two are taken for the
 * same with a probability of 3e-6.
 */
final class ContentSet {
    private static final int SMALLEST = 1 << 10;

    private long[] seen = new long[SMALLEST];
    private int size;

    /**
     * Adds a content.
     *
     * @return whether it is new
     */
    boolean add(byte[] digest) {
        // Zero marks what is free.
        long key = ByteBuffer.wrap(digest).getLong() | 1;
        int slot = slot(seen, key);
        if (seen[slot] == key) {
            return false;
        }
        seen[slot] = key;
        if (++size > seen.length / 2) {
            long[] larger = new long[2 * seen.length];
            for (long old : seen) {
                if (old != 0) {
                    larger[slot(larger, old)] = old;
                }
            }
            seen = larger;
        }
        return true;
    }

    private static int slot(long[] table, long key) {
        int slot = (int) (key >>> Integer.SIZE) & (table.length - 1);
        while (table[slot] != 0 && table[slot] != key) {
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }
}
