package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweptState;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What the report of a sweep shows of one of its runs.
 *
 * @param cause why it failed; empty if it did not
 * @param summary what the run says of itself; empty before it has begun, and if it cannot be read
 * @param evaluated the last row of its metrics
 * @param curve the shown column of its metrics, by step; empty if it is not drawn
 */
record SweptRun(
        PlannedRun planned,
        Path directory,
        SweptState state,
        String cause,
        Map<String, Object> summary,
        Evaluation evaluated,
        Curve curve) {

    /**
     * What the last row of the metrics says, or NaN where it says nothing.
     *
     * @param shown the value of the shown column
     */
    record Evaluation(double step, double testAccuracy, double shown) {
        static final Evaluation NONE = new Evaluation(Double.NaN, Double.NaN, Double.NaN);
    }

    /** Infinite if it has not grokked, though it has begun; NaN if it has not begun. */
    double grokStep() {
        return number("grok_step").orElse(Double.isNaN(lastStep()) ? Double.NaN : Double.POSITIVE_INFINITY);
    }

    /** The last step that is known of; NaN before the first evaluation. */
    double lastStep() {
        return number("final_step").orElse(evaluated.step());
    }

    double stepsPerSecond() {
        return number("steps_per_second").orElse(Double.NaN);
    }

    /** A number of the summary. */
    OptionalDouble number(String name) {
        return summary.get(name) instanceof Number number
                ? OptionalDouble.of(number.doubleValue())
                : OptionalDouble.empty();
    }

    boolean hasFailed() {
        return state == SweptState.FAILED;
    }

    /** The value of a key that the sweep varies. */
    Object value(String key) {
        return planned.swept().get(key);
    }

    /** Whether a key that the sweep varies has a value here, which may be null. */
    boolean has(String key, Object value) {
        return Objects.equals(value, value(key));
    }

    /** For people. */
    String name() {
        return planned.description();
    }
}
