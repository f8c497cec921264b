package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;

/** How much working memory attention needs, for the longest sequences of a batch. */
final class AttentionScratch {
    private AttentionScratch() {}

    static long bytes(
            boolean isFloat,
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            boolean keepsProbabilities) {
        int mostQueries = longest(queries);
        int mostKeys = longest(keys);
        if (isFloat) {
            long forward = Math.max(FloatShortAttention.scratch(), FloatAttention.scratch(shape, mostKeys));
            return Math.max(forward, FloatAttentionBackward.scratch(shape, mostQueries, mostKeys, keepsProbabilities));
        }
        long forward = Math.max(DoubleShortAttention.scratch(), DoubleAttention.scratch(shape, mostKeys));
        return Math.max(forward, DoubleAttentionBackward.scratch(shape, mostQueries, mostKeys, keepsProbabilities));
    }

    private static int longest(PackedSequences sequences) {
        int longest = 0;
        for (int run = 0; run < sequences.runs(); run++) {
            for (int sequence = 0; sequence < sequences.sequences(run); sequence++) {
                longest = Math.max(longest, sequences.length(run, sequence));
            }
        }
        return longest;
    }
}
