package dev.spectraledge.analysis.experiment.flow;

import dev.spectraledge.analysis.series.SeriesNull;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.PhiloxKey;

/**
 * How a series correlates with its own slope without being damped (thesis test 6, which a negative correlation passes). By forward
 * differences any stationary series correlates negatively, as it returns to its mean; by centred ones, which the test takes, a long
 * one does not, and a short one passes as often as not.
 */
final class MeanReversion {
    private MeanReversion() {}

    /** Pearson's correlation of a series in equal intervals with its centred differences; at least four values. */
    static double correlation(double[] values) {
        double[] middle = new double[values.length - 2];
        double[] slope = new double[middle.length];
        for (int index = 0; index < middle.length; index++) {
            middle[index] = values[index + 1];
            slope[index] = values[index + 2] - values[index];
        }
        return SlopeFit.correlation(middle, slope, 0);
    }

    /** The same of autoregressions that are as slow. */
    static Null chance(double[] values, PhiloxKey key) {
        return Null.of(SeriesNull.AUTOREGRESSION
                .draws(values, key)
                .mapToDouble(MeanReversion::correlation)
                .toArray());
    }
}
