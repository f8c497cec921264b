package dev.spectraledge.analysis.series;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;

/**
 * Correlations of two series in equal intervals at lags of whole intervals. At a positive lag the first series leads.
 *
 * @param first the least lag
 * @param values of the lags from there on; NaN where there are too few pairs
 */
@SuppressWarnings("ArrayRecordComponent")
public record LagCorrelations(int first, double[] values) {
    /** Of the published script, which wants more pairs than this (Spectral Edge Dynamics §4.1). */
    private static final int TOO_FEW = 5;

    /** As published: each of lags {@code from} to {@code to} of all pairs that there are, so that each is of other pairs. */
    public static LagCorrelations published(double[] x, double[] y, int from, int to) {
        double[] values = new double[to - from + 1];
        for (int lag = from; lag <= to; lag++) {
            int pairs = x.length - Math.abs(lag);
            values[lag - from] = pairs > TOO_FEW
                    ? Statistics.correlation(
                            Arrays.copyOfRange(x, Math.max(0, -lag), Math.max(0, -lag) + pairs),
                            Arrays.copyOfRange(y, Math.max(0, lag), Math.max(0, lag) + pairs))
                    : Double.NaN;
        }
        return new LagCorrelations(from, values);
    }

    /**
     * At lags {@code −most} to {@code most}, all of the same values of x, those that are as far from both ends, so that no lag is
     * favoured.
     */
    public static LagCorrelations symmetric(double[] x, double[] y, int most) {
        double[] values = new double[2 * most + 1];
        if (x.length - 2 * most <= TOO_FEW) {
            Arrays.fill(values, Double.NaN);
            return new LagCorrelations(-most, values);
        }
        double[] middle = Arrays.copyOfRange(x, most, x.length - most);
        for (int lag = -most; lag <= most; lag++) {
            values[lag + most] =
                    Statistics.correlation(middle, Arrays.copyOfRange(y, most + lag, y.length - most + lag));
        }
        return new LagCorrelations(-most, values);
    }

    /** At a lag. */
    public double at(int lag) {
        return values[lag - first];
    }

    /** The lag of the most negative correlation, as published; of equals the first. */
    public int mostNegative() {
        int best = 0;
        for (int index = 1; index < values.length; index++) {
            if (values[index] < values[best] || Double.isNaN(values[best])) {
                best = index;
            }
        }
        return first + best;
    }

    /** The lag of the strongest correlation, whichever its sign; of equals the first. */
    public int strongest() {
        int best = 0;
        for (int index = 1; index < values.length; index++) {
            if (Math.abs(values[index]) > Math.abs(values[best]) || Double.isNaN(values[best])) {
                best = index;
            }
        }
        return first + best;
    }

    /** max |r|; NaN where there is none. */
    public double peak() {
        return Math.abs(at(strongest()));
    }
}
