package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.Philox;

/** Arrays of one thread that draws random numbers; they grow to the largest size asked for. */
final class RandomScratch {
    private static final ThreadLocal<RandomScratch> OF_THREAD = ThreadLocal.withInitial(RandomScratch::new);

    private final int[] words = new int[Philox.WORDS];
    private double[] values = new double[0];

    private RandomScratch() {}

    static RandomScratch ofThread() {
        return OF_THREAD.get();
    }

    int[] words() {
        return words;
    }

    double[] values(int count) {
        if (values.length < count) {
            values = new double[count];
        }
        return values;
    }
}
