package dev.spectraledge.trainer.tokenizer;

import java.util.Arrays;

/** Numbers of pairs of tokens: a hash table without objects. */
final class PairTable {
    /** What a pair has that is not in the table. */
    static final int ABSENT = -1;

    private static final int SMALLEST = 1 << 10;
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private long[] pairs = new long[SMALLEST];
    private int[] numbers = empty(SMALLEST);
    private int size;

    private static int[] empty(int length) {
        int[] numbers = new int[length];
        Arrays.fill(numbers, ABSENT);
        return numbers;
    }

    static long pair(int left, int right) {
        return (long) left << Integer.SIZE | right;
    }

    static int left(long pair) {
        return (int) (pair >>> Integer.SIZE);
    }

    static int right(long pair) {
        return (int) pair;
    }

    /** The number of a pair, or {@link #ABSENT}. */
    int get(int left, int right) {
        return numbers[slot(pair(left, right))];
    }

    /**
     * Gives a pair a number, unless it has one.
     *
     * @param number not negative
     * @return the number that it has
     */
    int putIfAbsent(long pair, int number) {
        int slot = slot(pair);
        if (numbers[slot] == ABSENT) {
            pairs[slot] = pair;
            numbers[slot] = number;
            if (++size > pairs.length / 2) {
                grow();
            }
            return number;
        }
        return numbers[slot];
    }

    private int slot(long pair) {
        int mask = pairs.length - 1;
        int slot = (int) ((pair * MULTIPLIER) >>> Integer.SIZE) & mask;
        while (numbers[slot] != ABSENT && pairs[slot] != pair) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldPairs = pairs;
        int[] oldNumbers = numbers;
        pairs = new long[2 * oldPairs.length];
        numbers = empty(pairs.length);
        for (int old = 0; old < oldPairs.length; old++) {
            if (oldNumbers[old] != ABSENT) {
                int slot = slot(oldPairs[old]);
                pairs[slot] = oldPairs[old];
                numbers[slot] = oldNumbers[old];
            }
        }
    }
}
