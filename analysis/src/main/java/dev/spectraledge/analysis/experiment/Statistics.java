package dev.spectraledge.analysis.experiment;

import java.util.Arrays;
import java.util.List;

/** What findings say of several values. */
public final class Statistics {
    private Statistics() {}

    /** The middle value, or the mean of both; NaN where there is none. Values that are NaN are left out. */
    public static double median(List<Double> values) {
        double[] sorted = values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The mean; NaN where there is none. */
    public static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** The standard deviation, divided by n as the papers do. */
    public static double deviation(List<Double> values) {
        double mean = mean(values);
        return Math.sqrt(mean(
                values.stream().map(value -> (value - mean) * (value - mean)).toList()));
    }

    /** Pearson's correlation; NaN where one of them is constant. */
    public static double correlation(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElse(Double.NaN);
        double meanY = Arrays.stream(y).average().orElse(Double.NaN);
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
}
