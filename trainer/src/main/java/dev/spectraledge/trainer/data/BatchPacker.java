package dev.spectraledge.trainer.data;

import java.util.Arrays;

/**
 * Distributes the sequences drawn for a step over the shards of a batch: longest first, each to the shard with the
 * fewest rows, so that the workers finish together. The assignment depends on the draw alone. Allocates nothing after
 * construction.
 */
public final class BatchPacker {
    private final Batching batching;
    private final int paddingToken;
    private final DrawCounts counts;
    private final long[] chosen;
    private final long[] ordered;
    private final int[] lengthStarts;
    private final int[] shardRows;

    /**
     * @param contextLength of the longest sequence
     * @param batchSize the largest number of draws of a step
     */
    public BatchPacker(int contextLength, Batching batching, int paddingToken, int batchSize, int shards) {
        this.batching = batching;
        this.paddingToken = paddingToken;
        counts = new DrawCounts(batchSize);
        chosen = new long[batchSize];
        ordered = new long[batchSize];
        lengthStarts = new int[contextLength + 2];
        shardRows = new int[shards];
    }

    /**
     * Appends the drawn sequences to one run of the shards.
     *
     * @param data that this run draws from
     * @param draws numbers of examples, with repetition
     * @param shards the shards that share this run's batch; already cleared
     */
    public void pack(Examples data, int run, long[] draws, PackedBatch[] shards) {
        int counted = 0;
        int distinct = 0;
        for (int i = 0; i < draws.length; i++) {
            long sequence = data.representative(draws[i]);
            counted += data.countedTargets(sequence);
            if (batching != Batching.DEDUPLICATED || counts.add(sequence) == 1) {
                chosen[distinct++] = sequence;
            }
        }
        orderLongestFirst(data, distinct);
        Arrays.fill(shardRows, 0);
        int paddedLength = batching == Batching.PADDED ? data.contextLength() : 0;
        for (int i = 0; i < distinct; i++) {
            long sequence = ordered[i];
            int times = batching == Batching.DEDUPLICATED ? counts.of(sequence) : 1;
            int shard = leastLoaded(shards.length);
            shards[shard].append(run, data, sequence, paddedLength, paddingToken, (double) times / counted);
            int sourceRows = data.form().hasSource() ? data.sources().rows(sequence) : 0;
            shardRows[shard] += Math.max(paddedLength, data.length(sequence)) + sourceRows;
        }
        counts.clear();
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
