package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.JsonObject;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.sweep.PlannedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the report of a sweep shows of one of its runs.
 *
 * @param state done, failed, running, stopped, interrupted (killed: nobody trains it) or waiting
 * @param cause why it failed; empty if it did not
 * @param summary what the run says of itself; empty before it has begun
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
    private static final String ACCURACY = "test_accuracy";

    /** A column by step. */
    record Curve(double[] steps, double[] values) {
        static final Curve NONE = new Curve(new double[0], new double[0]);

        /** The last number; NaN if there is none. */
        double last() {
            return values.length == 0 ? Double.NaN : values[values.length - 1];
        }
    }

    /** The table of a run, if it has one yet. */
    static Optional<RunTable> metrics(Path directory) {
        Path file = directory.resolve("metrics.csv");
        return Files.exists(file) ? Optional.of(RunTable.read(file)) : Optional.empty();
    }

    static double finalAccuracy(Optional<RunTable> metrics) {
        return metrics.map(table -> curve(table, ACCURACY).last()).orElse(Double.NaN);
    }

    /** @throws RunException if the table has no such column */
    static Curve curve(RunTable table, String column) {
        return new Curve(table.steps(), table.require(column));
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
