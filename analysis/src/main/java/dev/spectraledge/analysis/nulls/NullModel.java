package dev.spectraledge.analysis.nulls;

/**
 * What a surrogate window keeps of the observed one; all keep the norm of every update. How many windows of a null itself lie
 * beyond the quantiles of their surrogates is measured by {@code NullLevelTest}, which holds the numbers given here.
 */
public enum NullModel {
    /** Independent updates in uniformly random directions. A test against it is exact: 5 % of such windows have p ≤ 0.05. */
    INDEPENDENT(
            0,
            "independent",
            "independent updates",
            0.05,
            0.05,
            "5 % (independent)",
            "The independent null is exact: 5 % of independent windows lie beyond either quantile."),
    /**
     * A stationary Gaussian process whose correlation at each lag is the mean cosine between updates that far apart in the
     * observed window. It is fitted to the window that it tests, and therefore lenient: of windows of five updates, correlated by
     * 0.3 or more from one to the next, that are such a process, 0 to 2 % have a p of the gap ratio or g23 of at most 0.05, not
     * 5 %, and 96 to 100 % lie between the quantiles of 5 and 95 %, not 90 %. Without correlation it takes chance cosines for
     * true ones: up to 5 % of gap ratios lie above and up to 15 % of singular values below.
     */
    AUTOCORRELATED(
            1,
            "lag-matched",
            "updates with the same lag correlations",
            0.07,
            0.15,
            "0 to 2 % (lag-matched, if updates correlate)",
            "The lag-matched null is fitted to the window that it tests and is therefore lenient. "
                    + "Take windows of five updates that such a process makes, correlated by 0.3 or more from "
                    + "one update to the next: 0 to 2 % of them, not 5 %, have p ≤ 0.05 for R or g₂₃, and 96 "
                    + "to 100 % of them, not 90 %, lie between the 5 % and 95 % quantiles of the null. Where "
                    + "updates hardly correlate, up to 7 % of such windows lie above and up to 15 % below; p "
                    + "allows for that.");

    private final int code;
    private final String title;
    private final String updates;
    private final double mostAbove;
    private final double mostBelow;
    private final String exceedance;
    private final String level;

    NullModel(
            int code,
            String title,
            String updates,
            double mostAbove,
            double mostBelow,
            String exceedance,
            String level) {
        this.code = code;
        this.title = title;
        this.updates = updates;
        this.mostAbove = mostAbove;
        this.mostBelow = mostBelow;
        this.exceedance = exceedance;
        this.level = level;
    }

    /** Number in tables and in random streams: 0 independent, 1 autocorrelated. */
    public int code() {
        return code;
    }

    /** An adjective for people. */
    public String title() {
        return title;
    }

    /** The updates that it supposes, in words. */
    public String updates() {
        return updates;
    }

    /** The largest part of the null's own windows, of 2 to 20 updates, in which a quantity exceeds the 95 % quantile. */
    public double mostAbove() {
        return mostAbove;
    }

    /** The largest part in which a quantity falls below the 5 % quantile. */
    public double mostBelow() {
        return mostBelow;
    }

    /** In how many of the null's own windows the gap ratio exceeds the 95 % quantile, and which null that is, in words. */
    public String exceedance() {
        return exceedance;
    }

    /** How far the null can be trusted, in words that belong wherever it is used. */
    public String level() {
        return level;
    }
}
