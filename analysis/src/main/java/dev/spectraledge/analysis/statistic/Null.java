package dev.spectraledge.analysis.statistic;

import java.util.Arrays;
import java.util.Collection;

/**
 * Values of a statistic where its null hypothesis is true, and what an observed value is worth against them.
 *
 * <p>A p value counts the observed value among the draws, so that it holds for any number of draws and is never 0: (1 + number
 * of draws that reach it)/(n + 1) (Davison and Hinkley 1997, §4.2). A bound is the draw of rank ⌈p·(n + 1)⌉, between the first
 * and the last: with 19 draws or more, a further value lies above the 95 % bound in at most 5 % of cases; with fewer, no bound
 * can promise that. What is not a number, observed or drawn, counts as reached, so that it makes nothing rare.
 *
 * @param draws at least one, ascending
 */
@SuppressWarnings("ArrayRecordComponent")
public record Null(double[] draws) {
    private static final double UPPER = 0.95;
    private static final double LOWER = 0.05;

    /** What p·(n + 1) may lie above a whole number by rounding alone. */
    private static final double ROUNDING = 1e-9;

    public Null {
        if (draws.length == 0) {
            throw new IllegalArgumentException("a null distribution needs at least one draw");
        }
    }

    /** Draws in any order. */
    public static Null of(double... draws) {
        double[] sorted = draws.clone();
        Arrays.sort(sorted);
        return new Null(sorted);
    }

    /** Draws in any order. */
    public static Null of(Collection<Double> draws) {
        return of(draws.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** (1 + {@code reaching})/(1 + {@code draws}), the p value of what so many draws reach. */
    public static double probability(long reaching, long draws) {
        return (1.0 + (double) reaching) / (1.0 + (double) draws);
    }

    /** How many draws are at least as large; makes no garbage. */
    public static int reaching(double[] draws, double observed) {
        int reaching = 0;
        for (double draw : draws) {
            reaching += draw < observed ? 0 : 1;
        }
        return reaching;
    }

    /** Rank of a bound among ascending draws, from 1: ⌈{@code share}·(n + 1)⌉, between 1 and n. */
    public static int rank(double share, int draws) {
        return Math.clamp((int) Math.ceil(share * (draws + 1) - ROUNDING), 1, draws);
    }

    /** Probability of a value at least as large as this one (one-sided, upper tail). */
    public double probability(double observed) {
        return probability(reaching(draws, observed), draws.length);
    }

    /** Probability of a value at most as large as this one (one-sided, lower tail). */
    public double atMost(double observed) {
        int reaching = 0;
        for (double draw : draws) {
            reaching += draw > observed ? 0 : 1;
        }
        return probability(reaching, draws.length);
    }

    /** The draw that a share of the null does not exceed. */
    public double bound(double share) {
        return draws[rank(share, draws.length) - 1];
    }

    /** The 95 % bound. */
    public double upper() {
        return bound(UPPER);
    }

    /** The 5 % bound. */
    public double lower() {
        return bound(LOWER);
    }

    public double mean() {
        return Statistics.mean(draws);
    }

    public double median() {
        return Statistics.median(draws);
    }

    public double smallest() {
        return draws[0];
    }

    public double largest() {
        return draws[draws.length - 1];
    }
}
