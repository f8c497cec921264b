package dev.spectraledge.analysis.statistic;

import java.util.stream.DoubleStream;

/**
 * How rarely the values of one small group are as small, or as large, as they are among those of another, if both are of one kind:
 * the sum of their ranks against that of every choice of as many of all values, so that the test is exact, equal values included
 * (Wilcoxon 1945, as a permutation test). One-sided.
 *
 * @param smaller probability of a rank sum of the first group at most as large
 * @param larger probability of one at least as large
 */
public record RankSum(double smaller, double larger) {
    private static final int MOST_VALUES = 24;

    /** Sums of the same ranks may have been added in another order. */
    private static final double ROUNDING = 1e-9;

    /**
     * Compares.
     *
     * @param first values, where infinity is one that comes last; both groups together have no more than 24 values
     */
    public static RankSum of(double[] first, double[] second) {
        int values = first.length + second.length;
        if (first.length == 0 || second.length == 0 || values > MOST_VALUES) {
            throw new IllegalArgumentException("two groups of together no more than " + MOST_VALUES
                    + " values are compared, got " + first.length + " and " + second.length);
        }
        double[] ranks = Statistics.ranks(DoubleStream.concat(DoubleStream.of(first), DoubleStream.of(second))
                .toArray());
        double observed = 0;
        for (int index = 0; index < first.length; index++) {
            observed += ranks[index];
        }
        long choices = 0;
        long atMost = 0;
        long atLeast = 0;
        for (int chosen = 0; chosen < 1 << values; chosen++) {
            if (Integer.bitCount(chosen) == first.length) {
                double sum = 0;
                for (int index = 0; index < values; index++) {
                    sum += (chosen >> index & 1) * ranks[index];
                }
                choices++;
                atMost += sum <= observed + ROUNDING ? 1 : 0;
                atLeast += sum >= observed - ROUNDING ? 1 : 0;
            }
        }
        return new RankSum((double) atMost / (double) choices, (double) atLeast / (double) choices);
    }
}
