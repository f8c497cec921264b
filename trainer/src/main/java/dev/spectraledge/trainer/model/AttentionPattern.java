package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;

/**
 * What the heads of one layer attend to in a batch.
 *
 * @param queries rows of {@code probabilities}, sequence by sequence
 * @param keys of the same sequences; which of them a query sees says the shape
 * @param ofOwnRows whether queries and keys are rows of the same sequences, so that queries beyond the keys are padding
 * @param probabilities {@code [S, capacity, heads, mostKeys]}, written as far as keys are seen
 */
public record AttentionPattern(
        AttentionShape shape, PackedSequences queries, PackedSequences keys, boolean ofOwnRows, Tensor probabilities) {
    /** How many of a sequence's queries, which are the first ones, are no padding. */
    public int realQueries(int run, int sequence) {
        int all = queries.length(run, sequence);
        return ofOwnRows ? Math.min(all, keys.length(run, sequence)) : all;
    }

    /** How many keys, which are the first ones, a query of a sequence sees. */
    public int visibleKeys(int run, int sequence, int query) {
        return shape.visibleKeys(query, queries.length(run, sequence), keys.length(run, sequence));
    }
}
