package dev.spectraledge.analysis.statistic;

import java.util.Arrays;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * The mean over seeds and its 95 % confidence interval by Student's t; one seed has a mean alone.
 *
 * @param seeds how many there are
 */
public record Interval(int seeds, double mean, double low, double high) {
    private static final double UPPER = 0.975;

    /** Values that are not numbers are left out. */
    public static Interval of(double[] values) {
        double[] known = Arrays.stream(values).filter(Double::isFinite).toArray();
        int seeds = known.length;
        double mean = Statistics.mean(known);
        if (seeds < 2) {
            return new Interval(seeds, mean, Double.NaN, Double.NaN);
        }
        double squares = Arrays.stream(known)
                .map(value -> (value - mean) * (value - mean))
                .sum();
        double quantile = new TDistribution(seeds - 1).inverseCumulativeProbability(UPPER);
        double half = quantile * Math.sqrt(squares / (seeds - 1) / seeds);
        return new Interval(seeds, mean, mean - half, mean + half);
    }

    /** Whether all of it lies above a level; with a single seed that seed alone. */
    public boolean isAbove(double level) {
        return seeds == 1 ? mean > level : low > level;
    }

    /** Whether all of it lies below a level; with a single seed that seed alone. */
    public boolean isBelow(double level) {
        return seeds == 1 ? mean < level : high < level;
    }
}
