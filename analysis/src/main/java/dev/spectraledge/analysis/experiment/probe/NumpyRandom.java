package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.trainer.data.MersenneTwister;

/**
 * The draws of NumPy's legacy generator {@code numpy.random.RandomState}, from which the published code and scikit-learn
 * take their splits, batches and initial weights, so that the published probes are repeated number for number.
 */
public final class NumpyRandom {
    private final MersenneTwister twister;

    private NumpyRandom(MersenneTwister twister) {
        this.twister = twister;
    }

    /** As {@code numpy.random.seed(seed)}. */
    public static NumpyRandom seeded(int seed) {
        return new NumpyRandom(MersenneTwister.seededByInteger(seed));
    }

    /** As {@code uniform(low, high)}. */
    public double uniform(double low, double high) {
        return low + (high - low) * twister.nextDouble();
    }

    /** As {@code permutation(n)}. */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        shuffle(order);
        return order;
    }

    /** As {@code shuffle(items)}. */
    public void shuffle(int[] items) {
        for (int last = items.length - 1; last > 0; last--) {
            int other = atMost(last);
            int swapped = items[last];
            items[last] = items[other];
            items[other] = swapped;
        }
    }

    /** Uniform in {0, …, largest} by rejection of the low bits. */
    private int atMost(int largest) {
        int mask = -1 >>> Integer.numberOfLeadingZeros(largest);
        int draw;
        do {
            draw = twister.nextInt() & mask;
        } while (draw > largest);
        return draw;
    }
}
