package dev.spectraledge.analysis.series;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * Correlations of two series in every stretch of a few values, and what Spectral Edge Dynamics §4.3 says of them.
 *
 * @param values of the stretches in order
 * @param width values in each
 */
@SuppressWarnings("ArrayRecordComponent")
public record SlidingCorrelation(double[] values, int width) {
    private static final double STRONG = 0.5;
    private static final double LEVEL = 0.05;

    /** Of two series of one length, which is at least {@code width}. */
    public static SlidingCorrelation of(double[] x, double[] y, int width) {
        return new SlidingCorrelation(
                IntStream.rangeClosed(0, x.length - width)
                        .mapToDouble(from -> Statistics.correlation(
                                Arrays.copyOfRange(x, from, from + width), Arrays.copyOfRange(y, from, from + width)))
                        .toArray(),
                width);
    }

    /** Share of stretches with |r| above 0.5. */
    public double strong() {
        return Arrays.stream(values).filter(value -> Math.abs(value) > STRONG).count() / (double) values.length;
    }

    /** Share of stretches whose two-sided p, as if neighbours were independent, is below 0.05. */
    public double significant() {
        TDistribution student = new TDistribution(width - 2.0);
        return Arrays.stream(values)
                        .filter(value -> 2
                                        * student.cumulativeProbability(
                                                -Math.abs(value) * Math.sqrt((width - 2) / (1 - value * value)))
                                < LEVEL)
                        .count()
                / (double) values.length;
    }

    /** How often the sign changes. */
    public int signChanges() {
        return (int) IntStream.range(1, values.length)
                .filter(index -> values[index] * values[index - 1] < 0)
                .count();
    }
}
