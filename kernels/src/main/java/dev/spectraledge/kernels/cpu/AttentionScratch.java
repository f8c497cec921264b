package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;

/** How much working memory attention needs, for the longest sequences of a batch. */
final class AttentionScratch {
    private AttentionScratch() {}

    static long forward(boolean isFloat, AttentionShape shape, PackedSequences keys) {
        int longest = longest(keys);
        return isFloat
                ? FloatAttention.forwardScratch(shape.headWidth(), longest)
                : DoubleAttention.forwardScratch(shape.headWidth(), longest);
    }

    static long backward(boolean isFloat, AttentionShape shape, PackedSequences queries, PackedSequences keys) {
        int longestQuery = longest(queries);
        int longestKey = longest(keys);
        return isFloat
                ? FloatAttention.backwardScratch(shape.headWidth(), longestQuery, longestKey)
                : DoubleAttention.backwardScratch(shape.headWidth(), longestQuery, longestKey);
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
