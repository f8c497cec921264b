package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;

/** How much working memory attention needs, for the longest sequences of a batch. */
final class AttentionScratch {
    private AttentionScratch() {}

    static long bytes(boolean isFloat, AttentionShape shape, PackedSequences queries, PackedSequences keys) {
        return isFloat
                ? FloatAttention.scratch(shape, longest(queries), longest(keys))
                : DoubleAttention.scratch(shape, longest(queries), longest(keys));
    }

    static long ofTiles(boolean isFloat, AttentionShape shape, PackedSequences keys) {
        return isFloat
                ? FloatTiledAttention.scratch(shape, longest(keys))
                : DoubleTiledAttention.scratch(shape, longest(keys));
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
