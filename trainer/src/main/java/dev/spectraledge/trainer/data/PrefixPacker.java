package dev.spectraledge.trainer.data;

import java.util.Arrays;

/**
 * Deals out the distinct sequences of a batch so that what those of a shard begin with in common is there once, as in a
 * {@link PrefixTree}. Each shard gets neighbours in the order of their content, as many as make the largest shard small. What
 * comes out depends on the content alone. Allocates nothing after construction.
 */
final class PrefixPacker {
    private final int contextLength;
    private final long[] sequences;
    /** How often each sequence was drawn. */
    private final int[] draws;

    private final int[] lengths;
    /** How many of its first tokens a sequence has in common with the one before it. */
    private final int[] shared;
    /** How often each token of each sequence counts, {@code [sequences · contextLength]}. */
    private final int[] counts;

    private int size;

    /**
     * Makes room.
     *
     * @param contextLength of the longest sequence
     * @param most sequences of a batch
     */
    PrefixPacker(int contextLength, int most) {
        this.contextLength = contextLength;
        sequences = new long[most];
        draws = new int[most];
        lengths = new int[most];
        shared = new int[most];
        counts = new int[Math.multiplyExact(most, contextLength)];
    }

    /** Forgets all sequences. */
    void clear() {
        size = 0;
    }

    /** Adds a sequence at its place in the order, or to the one that has its content. */
    void add(Examples data, long sequence, int times) {
        int from = 0;
        int to = size;
        while (from < to) {
            int middle = (from + to) >>> 1;
            int order = ContentOrder.compare(data, sequences[middle], sequence);
            if (order == 0) {
                draws[middle] += times;
                return;
            }
            if (order < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        System.arraycopy(sequences, from, sequences, from + 1, size - from);
        System.arraycopy(draws, from, draws, from + 1, size - from);
        sequences[from] = sequence;
        draws[from] = times;
        size++;
    }

    /**
     * Appends all sequences to one run of the shards.
     *
     * @param counted what all draws of a step count for in the loss
     */
    void pack(Examples data, int run, int counted, PackedBatch[] shards) {
        for (int index = 0; index < size; index++) {
            lengths[index] = data.length(sequences[index]);
            shared[index] = index == 0 ? 0 : ContentOrder.common(data, sequences[index - 1], sequences[index]);
        }
        int most = rowsOfLargestShard(shards.length);
        int begin = 0;
        for (int shard = 0; begin < size; shard++) {
            int end = end(begin, most);
            count(begin, end);
            for (int index = begin; index < end; index++) {
                int own = index == begin ? 0 : shared[index];
                shards[shard].appendBranch(
                        run, data, sequences[index], own, counts, index * contextLength + own, counted);
            }
            begin = end;
        }
    }

    /** The least number of rows with which the sequences fit into so many shards, by bisection. */
    private int rowsOfLargestShard(int shards) {
        int enough = 0;
        int longest = 0;
        for (int index = 0; index < size; index++) {
            enough += lengths[index] - shared[index];
            longest = Math.max(longest, lengths[index]);
        }
        int tooFew = shards == 1 ? enough - 1 : longest - 1;
        while (enough - tooFew > 1) {
            int middle = (enough + tooFew) >>> 1;
            if (fit(shards, middle)) {
                enough = middle;
            } else {
                tooFew = middle;
            }
        }
        return enough;
    }

    private boolean fit(int shards, int rows) {
        int begin = 0;
        for (int shard = 0; shard < shards; shard++) {
            begin = end(begin, rows);
        }
        return begin == size;
    }

    /** Where a shard of at most so many rows ends that begins with a sequence. */
    private int end(int begin, int most) {
        if (begin == size) {
            return size;
        }
        int rows = lengths[begin];
        int end = begin + 1;
        while (end < size && rows + lengths[end] - shared[end] <= most) {
            rows += lengths[end] - shared[end];
            end++;
        }
        return end;
    }

    /** A token counts for its own sequence and for those behind that begin with it, which are neighbours. */
    private void count(int begin, int end) {
        for (int index = end - 1; index >= begin; index--) {
            int first = index * contextLength;
            Arrays.fill(counts, first, first + lengths[index], draws[index]);
            if (index + 1 < end) {
                for (int position = 0; position < shared[index + 1]; position++) {
                    counts[first + position] += counts[first + contextLength + position];
                }
            }
        }
    }
}
