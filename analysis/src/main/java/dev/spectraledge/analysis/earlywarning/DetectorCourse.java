package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.trainer.warning.Detector;
import dev.spectraledge.trainer.warning.DetectorRule;
import java.util.Arrays;
import java.util.OptionalLong;

/** What one detector says of one run, row by row. */
final class DetectorCourse {
    private final double[] steps;
    /** Greatest up to each row. */
    private final double[] greatest;
    /** Of each row alone. */
    private final double[] severities;

    private final OptionalLong warning;

    private DetectorCourse(double[] steps, double[] greatest, double[] severities, OptionalLong warning) {
        this.steps = steps;
        this.greatest = greatest;
        this.severities = severities;
        this.warning = warning;
    }

    /** Shows the rows of a table to a detector. */
    static DetectorCourse of(DetectorRule rule, double[] steps, double[] values) {
        Detector detector = rule.detector();
        double[] greatest = new double[steps.length];
        double[] severities = new double[steps.length];
        OptionalLong warning = OptionalLong.empty();
        for (int row = 0; row < steps.length; row++) {
            if (detector.see((long) steps[row], values[row])) {
                warning = OptionalLong.of((long) steps[row]);
            }
            greatest[row] = detector.severity();
            severities[row] = Double.isNaN(values[row]) ? Double.NEGATIVE_INFINITY : detector.latestSeverity();
        }
        return new DetectorCourse(steps, greatest, severities, warning);
    }

    /** The step in which it has fired. */
    OptionalLong warning() {
        return warning;
    }

    /**
     * How alarming the run has been at most in the rows before {@code step}.
     *
     * @param within of so many steps before it; positive infinity for all rows
     */
    double severityBefore(double step, double within) {
        int before = rowsBefore(step);
        if (before == 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (within == Double.POSITIVE_INFINITY) {
            return greatest[before - 1];
        }
        double most = Double.NEGATIVE_INFINITY;
        for (int row = before - 1; row >= 0 && steps[row] >= step - within; row--) {
            most = Math.max(most, severities[row]);
        }
        return most;
    }

    private int rowsBefore(double step) {
        int row = Arrays.binarySearch(steps, step);
        return row >= 0 ? firstOf(row) : -row - 1;
    }

    private int firstOf(int row) {
        int first = row;
        while (first > 0 && steps[first - 1] == steps[row]) {
            first--;
        }
        return first;
    }
}
