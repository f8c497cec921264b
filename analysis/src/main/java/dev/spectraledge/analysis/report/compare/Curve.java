package dev.spectraledge.analysis.report.compare;

import java.util.Arrays;

/**
 * A column of a run by step.
 *
 * @param steps ascending
 * @param values as many; NaN where a spectrum does not resolve the quantity
 */
record Curve(double[] steps, double[] values) {
    /** The last number; NaN if there is none. */
    double last() {
        return Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .reduce((earlier, later) -> later)
                .orElse(Double.NaN);
    }

    double lastStep() {
        return steps.length == 0 ? 0 : steps[steps.length - 1];
    }

    /** The value at a step; NaN if there is none. */
    double at(double step) {
        int row = Arrays.binarySearch(steps, step);
        return row < 0 ? Double.NaN : values[row];
    }
}
