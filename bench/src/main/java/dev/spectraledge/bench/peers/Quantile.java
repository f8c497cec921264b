package dev.spectraledge.bench.peers;

import java.util.Arrays;

/** Order statistics of a sample. */
public final class Quantile {

    private Quantile() {}

    /**
     * The quantile by linear interpolation between the two nearest order statistics.
     *
     * @param fraction 0 gives the minimum, 0.5 the median, 1 the maximum
     */
    public static double of(double[] sample, double fraction) {
        if (sample.length == 0) {
            throw new IllegalArgumentException("a quantile needs at least one value");
        }
        double[] sorted = sample.clone();
        Arrays.sort(sorted);
        double position = fraction * (sorted.length - 1);
        int below = (int) Math.floor(position);
        int above = (int) Math.ceil(position);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
