package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.trainer.warning.Detector;
import dev.spectraledge.trainer.warning.DetectorRule;
import java.util.Arrays;
import java.util.OptionalLong;

/** What one detector says of one run, row by row. */
final class DetectorCourse {
    private final double[] steps;
    private final double[] severities;
    private final OptionalLong warning;

    private DetectorCourse(double[] steps, double[] severities, OptionalLong warning) {
        this.steps = steps;
        this.severities = severities;
        this.warning = warning;
    }

    /** Shows the rows of a table to a detector. */
    static DetectorCourse of(DetectorRule rule, double[] steps, double[] values) {
        Detector detector = rule.detector();
        double[] severities = new double[steps.length];
        OptionalLong warning = OptionalLong.empty();
        for (int row = 0; row < steps.length; row++) {
            if (detector.see((long) steps[row], values[row])) {
                warning = OptionalLong.of((long) steps[row]);
            }
            severities[row] = detector.severity();
        }
        return new DetectorCourse(steps, severities, warning);
    }

    /** The step in which it has fired. */
    OptionalLong warning() {
        return warning;
    }

    /** How alarming the run has been at most in the rows before {@code step}. */
    double severityBefore(double step) {
        int row = Arrays.binarySearch(steps, step);
        int before = row >= 0 ? firstOf(row) : -row - 1;
        return before == 0 ? Double.NEGATIVE_INFINITY : severities[before - 1];
    }

    private int firstOf(int row) {
        int first = row;
        while (first > 0 && steps[first - 1] == steps[row]) {
            first--;
        }
        return first;
    }
}
