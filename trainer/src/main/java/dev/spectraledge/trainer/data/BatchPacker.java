package dev.spectraledge.trainer.data;

import java.util.Arrays;

/**
 * Distributes the sequences drawn for a step over the shards of a batch: longest first, each to the shard with the
 * fewest rows, so that the workers finish together; or by {@link PrefixPacker}. The assignment depends on the draw alone.
 * Allocates nothing after construction.
 */
public final class BatchPacker {
    private final Batching batching;
    private final int paddingToken;
    private final DrawCounts counts;
    private final long[] chosen;
    private final long[] ordered;
    private final int[] lengthStarts;
    private final int[] shardRows;
    /** Null where sequences share no prefixes. */
    private final PrefixPacker prefixes;

    /**
     * @param contextLength of the longest sequence
     * @param batchSize the largest number of draws that are packed at once
     */
    public BatchPacker(int contextLength, Batching batching, int paddingToken, int batchSize, int shards) {
        this.batching = batching;
        this.paddingToken = paddingToken;
        counts = new DrawCounts(batchSize);
        chosen = new long[batchSize];
        ordered = new long[batchSize];
        lengthStarts = new int[contextLength + 2];
        shardRows = new int[shards];
        prefixes = batching == Batching.PREFIXES ? new PrefixPacker(contextLength, batchSize) : null;
    }

    /**
     * Appends some of the sequences drawn for a step to one run of the shards.
     *
     * @param data that this run draws from
     * @param draws numbers of examples, with repetition, of which {@code count} from number {@code first} on are packed
     * @param counted what all draws of the step count for, of which the loss is the mean ({@link #countedTargets})
     * @param shards the shards that share this run's batch; already cleared
     */
    public void pack(Examples data, int run, long[] draws, int first, int count, int counted, PackedBatch[] shards) {
        boolean isDistinct = batching == Batching.DEDUPLICATED || prefixes != null;
        int chosenCount = 0;
        for (int i = first; i < first + count; i++) {
            long sequence = data.representative(draws[i]);
            if (!isDistinct || counts.add(sequence) == 1) {
                chosen[chosenCount++] = sequence;
            }
        }
        if (prefixes == null) {
            deal(data, run, chosenCount, counted, shards);
        } else {
            prefixes.clear();
            for (int i = 0; i < chosenCount; i++) {
                prefixes.add(data, chosen[i], counts.of(chosen[i]));
            }
            prefixes.pack(data, run, counted, shards);
        }
        counts.clear();
    }

    private void deal(Examples data, int run, int count, int counted, PackedBatch[] shards) {
        orderLongestFirst(data, count);
        Arrays.fill(shardRows, 0);
        int paddedLength = batching == Batching.PADDED ? data.contextLength() : 0;
        for (int i = 0; i < count; i++) {
            long sequence = ordered[i];
            int times = batching == Batching.DEDUPLICATED ? counts.of(sequence) : 1;
            int shard = leastLoaded(shards.length);
            shards[shard].append(run, data, sequence, paddedLength, paddingToken, (double) times / counted);
            int sourceRows = data.form().hasSource() ? data.sources().rows(sequence) : 0;
            shardRows[shard] += Math.max(paddedLength, data.length(sequence)) + sourceRows;
        }
    }

    /** What the draws of a step count for in the loss. */
    public static int countedTargets(Examples data, long[] draws) {
        int counted = 0;
        for (long draw : draws) {
            counted += data.countedTargets(data.representative(draw));
        }
        return counted;
    }

    private void orderLongestFirst(Examples data, int count) {
        int longest = lengthStarts.length - 2;
        Arrays.fill(lengthStarts, 0);
        for (int i = 0; i < count; i++) {
            lengthStarts[longest - data.length(chosen[i]) + 1]++;
        }
        for (int length = 1; length < lengthStarts.length; length++) {
            lengthStarts[length] += lengthStarts[length - 1];
        }
        for (int i = 0; i < count; i++) {
            ordered[lengthStarts[longest - data.length(chosen[i])]++] = chosen[i];
        }
    }

    private int leastLoaded(int shards) {
        int best = 0;
        for (int shard = 1; shard < shards; shard++) {
            if (shardRows[shard] < shardRows[best]) {
                best = shard;
            }
        }
        return best;
    }
}
