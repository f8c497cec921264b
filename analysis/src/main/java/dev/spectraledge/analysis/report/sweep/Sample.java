package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;

/**
 * Numbers of several runs, in ascending order. Infinity stands for a step that had not come when a run ended: it counts in
 * the median, which is infinite itself where more than half, or one of the two middle ones, is.
 */
record Sample(double[] values) {
    /** Leaves out what is NaN. */
    static Sample of(double... values) {
        return new Sample(Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray());
    }

    boolean isEmpty() {
        return values.length == 0;
    }

    /** NaN if there are none. */
    double median() {
        return Statistics.median(values);
    }

    double least() {
        return isEmpty() ? Double.NaN : values[0];
    }

    double greatest() {
        return isEmpty() ? Double.NaN : values[values.length - 1];
    }

    /** How many are finite. */
    long known() {
        return Arrays.stream(values).filter(Double::isFinite).count();
    }
}
