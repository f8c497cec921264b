package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.Findings;
import java.util.Arrays;

/**
 * Values of a statistic where its null hypothesis is true.
 *
 * @param values at least one, ascending
 */
@SuppressWarnings("ArrayRecordComponent")
public record NullDraws(double[] values) {
    private static final double UPPER = 0.95;

    /** Draws in any order. */
    public static NullDraws of(double... draws) {
        double[] sorted = draws.clone();
        Arrays.sort(sorted);
        return new NullDraws(sorted);
    }

    /** Share of the draws, the observed one included, that reach the observed value (one-sided, upper tail). */
    public double probability(double observed) {
        long reaching = Arrays.stream(values).filter(draw -> draw >= observed).count();
        return (1.0 + (double) reaching) / (1.0 + values.length);
    }

    public double mean() {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** The smallest draw that 95 % do not exceed. */
    double upper() {
        return values[Math.max(0, (int) Math.ceil(UPPER * values.length) - 1)];
    }

    public double smallest() {
        return values[0];
    }

    public double largest() {
        return values[values.length - 1];
    }

    /** Adds mean and 95 % quantile as items {@code random} and {@code random-95}, after a prefix. */
    void report(Findings findings, String quantity, String prefix, long step) {
        findings.controlled(quantity, prefix + "random", step, mean());
        findings.controlled(quantity, prefix + "random-95", step, upper());
    }
}
