package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.JsonObject;
import dev.spectraledge.trainer.sweep.PlannedRun;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the report of a sweep shows of one of its runs.
 *
 * @param state {@link dev.spectraledge.trainer.sweep.SweptState#key}
 * @param cause why it failed; empty if it did not
 * @param summary what the run says of itself; empty before it has begun, and if it cannot be read
 * @param environment where it was made; empty before it has begun
 * @param curve the shown column of its metrics, by step
 * @param finalAccuracy test accuracy of the last evaluation; NaN before the first
 */
record SweptRun(
        PlannedRun planned,
        Path directory,
        String state,
        String cause,
        Optional<JsonObject> summary,
        Optional<JsonObject> environment,
        Curve curve,
        double finalAccuracy) {
    /** A column by step. */
    record Curve(double[] steps, double[] values) {
        static final Curve NONE = new Curve(new double[0], new double[0]);

        /** Of a run without the column. */
        static Curve unknown(double[] steps) {
            double[] values = new double[steps.length];
            Arrays.fill(values, Double.NaN);
            return new Curve(steps, values);
        }

        /** The last number; NaN if there is none. */
        double last() {
            return values.length == 0 ? Double.NaN : values[values.length - 1];
        }
    }

    /** Infinite if it has not grokked, though it has begun; NaN if it has not begun. */
    double grokStep() {
        return number("grok_step").orElse(Double.isNaN(lastStep()) ? Double.NaN : Double.POSITIVE_INFINITY);
    }

    /** The last step that is known of; NaN before the first evaluation. */
    double lastStep() {
        double evaluated = curve.steps.length == 0 ? Double.NaN : curve.steps[curve.steps.length - 1];
        return number("final_step").orElse(evaluated);
    }

    double stepsPerSecond() {
        return number("steps_per_second").orElse(Double.NaN);
    }

    /** A number of the summary. */
    OptionalDouble number(String name) {
        return summary.map(values -> values.number(name)).orElse(OptionalDouble.empty());
    }

    boolean hasFailed() {
        return state.equals("failed");
    }

    /** For people. */
    String name() {
        return planned.description();
    }
}
