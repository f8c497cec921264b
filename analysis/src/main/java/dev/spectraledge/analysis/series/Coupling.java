package dev.spectraledge.analysis.series;

import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * Whether two series in equal intervals have to do with each other beyond what explains either of them, such as a trend or the
 * learning rate: their correlation at once, and at lags on both sides, of the same values of the first series.
 *
 * <p>Of independent pairs of a hundred values with a correlation of 0.5 from one to the next, 5 % have a p of at most 0.05; where that is
 * 0.9 and a cubic trend is taken out as well, which hides how slowly they change, up to 10 %. {@code CouplingTest} holds this.
 */
public final class Coupling {
    private final double[] x;
    private final double[] y;
    private final Residuals explained;
    private final int lags;
    private final LagCorrelations correlations;

    /**
     * Of two series of one length.
     *
     * @param explained what is taken out of both
     * @param lags the largest lag
     */
    public Coupling(double[] x, double[] y, Residuals explained, int lags) {
        this.x = explained.apply(x);
        this.y = explained.apply(y);
        this.explained = explained;
        this.lags = lags;
        correlations = LagCorrelations.symmetric(this.x, this.y, lags);
    }

    /** At lags on both sides. */
    public LagCorrelations correlations() {
        return correlations;
    }

    /** At lag 0, of all values. */
    public double atOnce() {
        return Statistics.correlation(x, y);
    }

    /** How many independent pairs both are worth. */
    public double effectiveSize() {
        return Autocorrelation.effectiveSize(x, y);
    }

    /** Two-sided p of {@link #atOnce} by Student's t of as many pairs as both are worth; 1 where that is nothing. */
    public double probabilityBySize() {
        double freedom = effectiveSize() - explained.parameters() - 1;
        double correlation = atOnce();
        if (freedom < 1 || Double.isNaN(correlation)) {
            return 1;
        }
        double t = Math.abs(correlation) * Math.sqrt(freedom / (1 - correlation * correlation));
        return 2 * new TDistribution(freedom).cumulativeProbability(-t);
    }

    /** How rarely the first series, moved on around its ends, correlates as strongly with the second at once. */
    public double probabilityByShifts() {
        return CircularShifts.chance(x, moved -> Math.abs(Statistics.correlation(moved, y)))
                .probability(Math.abs(atOnce()));
    }

    /** How rarely a surrogate of the first series, explained as it is, has as strong a correlation at any of the lags. */
    public double probability(SeriesNull model, PhiloxKey key) {
        return chance(model, key).probability(correlations.peak());
    }

    /** The strongest correlations at any of the lags of surrogates of the first series. */
    public Null chance(SeriesNull model, PhiloxKey key) {
        return Null.of(model.draws(x, key)
                .mapToDouble(drawn -> LagCorrelations.symmetric(explained.apply(drawn), y, lags)
                        .peak())
                .toArray());
    }
}
