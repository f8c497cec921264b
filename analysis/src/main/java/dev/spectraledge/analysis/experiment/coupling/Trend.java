package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.series.Autoregression;
import dev.spectraledge.analysis.series.Residuals;
import dev.spectraledge.analysis.series.SeriesNull;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;

/**
 * The line through a series in equal intervals.
 *
 * @param slope by least squares, per unit of the steps
 * @param probability how rarely a series without a trend, as slow as what is left beside the line ({@link Autoregression}), has as
 *     steep a one
 */
record Trend(double slope, double probability) {
    static Trend of(double[] steps, double[] values, PhiloxKey key) {
        double slope = slope(steps, values);
        double[] rest = Residuals.ofTrend(steps, 1).apply(values);
        Null chance = Null.of(SeriesNull.AUTOREGRESSION
                .draws(rest, key)
                .mapToDouble(drawn -> Math.abs(slope(steps, drawn)))
                .toArray());
        return new Trend(slope, chance.probability(Math.abs(slope)));
    }

    /** By least squares. */
    static double slope(double[] x, double[] y) {
        return Statistics.correlation(x, y) * Statistics.deviation(y) / Statistics.deviation(x);
    }
}
