package dev.spectraledge.analysis.statistic;

import java.util.Arrays;
import java.util.Collection;

/** What is said of several values at once. */
public final class Statistics {
    private Statistics() {}

    /** The middle value, or the mean of both; NaN where there is none. Values that are NaN are left out. */
    public static double median(double... values) {
        double[] sorted = sorted(values);
        int middle = sorted.length / 2;
        if (sorted.length % 2 == 1) {
            return sorted[middle];
        }
        return sorted.length == 0 ? Double.NaN : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** As {@link #median(double...)}. */
    public static double median(Collection<Double> values) {
        return median(array(values));
    }

    /** The middle value, the lower of both: always one of them. NaN where there is none; values that are NaN are left out. */
    public static double lowerMedian(double... values) {
        double[] sorted = sorted(values);
        return sorted.length == 0 ? Double.NaN : sorted[(sorted.length - 1) / 2];
    }

    /**
     * The value below which a share of them lies, with linear interpolation as NumPy has it; NaN where there is none. Values that
     * are NaN are left out.
     */
    public static double quantile(double[] values, double share) {
        double[] sorted = sorted(values);
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** The mean; NaN where there is none. */
    public static double mean(double... values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /** As {@link #mean(double...)}. */
    public static double mean(Collection<Double> values) {
        return mean(array(values));
    }

    /** The standard deviation, divided by n as the papers do. */
    public static double deviation(double... values) {
        double mean = mean(values);
        return Math.sqrt(mean(Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .toArray()));
    }

    /** As {@link #deviation(double...)}. */
    public static double deviation(Collection<Double> values) {
        return deviation(array(values));
    }

    /** Means of {@code width} neighbours, fewer at the ends; as many values as before. */
    public static double[] rollingMean(double[] values, int width) {
        double[] means = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int from = Math.max(0, i - width / 2);
            int to = Math.min(values.length, i + width / 2 + 1);
            for (int j = from; j < to; j++) {
                means[i] += values[j] / (to - from);
            }
        }
        return means;
    }

    /** Pearson's correlation; NaN where one of them is constant. */
    public static double correlation(double[] x, double[] y) {
        double meanX = mean(x);
        double meanY = mean(y);
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        return xy / Math.sqrt(xx * yy);
    }

    /** Rank of each value from 1, the mean rank for equal ones: with {@link #correlation}, Spearman's. */
    public static double[] ranks(double[] values) {
        double[] ranks = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int less = 0;
            int equal = 0;
            for (double value : values) {
                less += value < values[i] ? 1 : 0;
                equal += value == values[i] ? 1 : 0;
            }
            ranks[i] = less + (equal + 1) / 2.0;
        }
        return ranks;
    }

    private static double[] sorted(double[] values) {
        return Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
    }

    private static double[] array(Collection<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
