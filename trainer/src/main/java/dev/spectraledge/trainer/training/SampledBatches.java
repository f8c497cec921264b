package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.step.BatchSource;

/** Uniform draws with replacement, number i of step t being element t·B + i of the run's own stream. */
public final class SampledBatches implements BatchSource {
    private static final long STREAM = 1;

    private final PhiloxKey[] keys;
    private final long sequences;
    private final int[] words = new int[4];

    /** @param seeds one per run */
    public SampledBatches(long[] seeds, long sequences) {
        keys = new PhiloxKey[seeds.length];
        for (int run = 0; run < seeds.length; run++) {
            keys[run] = new PhiloxKey(seeds[run], STREAM);
        }
        this.sequences = sequences;
    }

    @Override
    public void draw(long step, int run, long[] draws) {
        for (int i = 0; i < draws.length; i++) {
            draws[i] = Philox.below(keys[run], step * draws.length + i, sequences, words);
        }
    }
}
