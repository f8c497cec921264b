package dev.spectraledge.analysis.statistic;

import java.util.Arrays;

/**
 * A share of cases with Wilson's interval (1927), which holds near 0 and 1 as well and where there are few cases.
 *
 * @param hits how many cases
 * @param cases of how many; 0 gives a share that is no number and an interval from 0 to 1
 */
public record Proportion(int hits, int cases, double low, double high) {
    /** The two-sided 95 % quantile of the normal distribution. */
    private static final double Z = 1.959963984540054;

    /** With the 95 % interval. */
    public static Proportion of(int hits, int cases) {
        if (hits < 0 || hits > cases) {
            throw new IllegalArgumentException(hits + " of " + cases + " is no share");
        }
        if (cases == 0) {
            return new Proportion(0, 0, 0, 1);
        }
        double share = (double) hits / cases;
        double squares = Z * Z / cases;
        double middle = (share + squares / 2) / (1 + squares);
        double half = Z * Math.sqrt(share * (1 - share) / cases + squares / (4 * cases)) / (1 + squares);
        return new Proportion(hits, cases, hits == 0 ? 0 : middle - half, hits == cases ? 1 : middle + half);
    }

    /** The share of ones among values that are 0 or 1. */
    public static Proportion ofOnes(double[] values) {
        return of((int) Arrays.stream(values).filter(value -> value == 1).count(), values.length);
    }

    /** NaN where there are no cases. */
    public double share() {
        return cases == 0 ? Double.NaN : (double) hits / cases;
    }
}
