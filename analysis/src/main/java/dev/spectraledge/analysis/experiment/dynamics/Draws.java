package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;

/** Whole numbers and orders from a stream of their own. */
final class Draws {
    private final PhiloxKey key;
    private final int[] words = new int[Philox.WORDS];
    private long next;

    Draws(long seed, long stream) {
        key = new PhiloxKey(seed, stream);
    }

    int below(int bound) {
        return Philox.below(key, next++, bound, words);
    }

    /** Exchanges the values at random, each order as likely as any other. */
    void shuffle(double[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = below(i + 1);
            double kept = values[i];
            values[i] = values[j];
            values[j] = kept;
        }
    }
}
