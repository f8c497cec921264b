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
    private final int[] multiplicity;
    private final int[] chosen;
    private final int[] ordered;
    private final int[] lengthStarts;
    private final int[] shardRows;

    /**
     * @param sequences of the largest data set
     * @param contextLength of the longest one
     * @param batchSize the largest number of draws of a step
     */
    public BatchPacker(
            int sequences, int contextLength, Batching batching, int paddingToken, int batchSize, int shards) {
        this.batching = batching;
        this.paddingToken = paddingToken;
        multiplicity = new int[sequences];
        chosen = new int[batchSize];
        ordered = new int[batchSize];
        lengthStarts = new int[contextLength + 2];
        shardRows = new int[shards];
    }

    /**
     * Appends the drawn sequences to one run of the shards.
     *
     * @param data that this run draws from
     * @param draws sequence numbers, {@code count} of them, with repetition
     * @param shards the shards that share this run's batch; already cleared
     */
    public void pack(SequenceDataset data, int run, int[] draws, int count, PackedBatch[] shards) {
        int counted = 0;
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            int sequence = data.representative(draws[i]);
            counted += data.countedTargets(sequence);
            if (batching != Batching.DEDUPLICATED || multiplicity[sequence]++ == 0) {
                chosen[distinct++] = sequence;
            }
        }
        orderLongestFirst(data, distinct);
        Arrays.fill(shardRows, 0);
        int paddedLength = batching == Batching.PADDED ? data.contextLength() : 0;
        for (int i = 0; i < distinct; i++) {
            int sequence = ordered[i];
            int times = 1;
            if (batching == Batching.DEDUPLICATED) {
                times = multiplicity[sequence];
                multiplicity[sequence] = 0;
            }
            int shard = leastLoaded(shards.length);
            shards[shard].append(run, data, sequence, paddedLength, paddingToken, (double) times / counted);
            shardRows[shard] += Math.max(paddedLength, data.length(sequence)) + data.sourceRows(sequence);
        }
    }

    private void orderLongestFirst(SequenceDataset data, int count) {
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
