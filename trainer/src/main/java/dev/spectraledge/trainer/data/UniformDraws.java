package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;

/** Uniform draws with replacement, number i of step t being element t·B + i of a stream. */
public final class UniformDraws implements ExampleDraws {
    private final PhiloxKey key;
    private final long examples;
    private final int[] words = new int[Philox.WORDS];

    public UniformDraws(PhiloxKey key, long examples) {
        this.key = key;
        this.examples = examples;
    }

    @Override
    public void draw(long step, long[] draws) {
        for (int i = 0; i < draws.length; i++) {
            draws[i] = Philox.below(key, step * draws.length + i, examples, words);
        }
    }
}
