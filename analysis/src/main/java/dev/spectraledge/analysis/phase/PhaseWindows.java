package dev.spectraledge.analysis.phase;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/** Finds the windows of the {@link Phase}s of a run. */
public final class PhaseWindows {
    /** Test accuracy that counts as grokked. */
    public static final double GROK_ACCURACY = 0.95;

    private PhaseWindows() {}

    /**
     * t95, the step of the first evaluation with at least {@link #GROK_ACCURACY}; empty if there is none.
     *
     * @param steps of the evaluations, ascending
     * @param testAccuracy at those steps; NaN where it was not evaluated
     */
    public static OptionalDouble grokStep(double[] steps, double[] testAccuracy) {
        for (int row = 0; row < steps.length; row++) {
            if (testAccuracy[row] >= GROK_ACCURACY) {
                return OptionalDouble.of(steps[row]);
            }
        }
        return OptionalDouble.empty();
    }

    /**
     * Row of the spectrum table for each phase, in the order of the phases; a run that does not grok has only {@link
     * Phase#LATE}, a table without rows none. Of two rows equally near the earlier is taken.
     *
     * @param windowSteps steps of the rows, ascending
     */
    public static Map<Phase, Integer> rows(double[] windowSteps, OptionalDouble grokStep) {
        Map<Phase, Integer> rows = new EnumMap<>(Phase.class);
        if (windowSteps.length > 0) {
            if (grokStep.isPresent()) {
                rows.put(Phase.PRE_GROK, nearest(windowSteps, grokStep.getAsDouble() / 2));
                rows.put(Phase.AT_GROK, nearest(windowSteps, grokStep.getAsDouble()));
            }
            rows.put(Phase.LATE, windowSteps.length - 1);
        }
        return Collections.unmodifiableMap(rows);
    }

    private static int nearest(double[] steps, double wanted) {
        int nearest = 0;
        for (int row = 1; row < steps.length; row++) {
            if (Math.abs(steps[row] - wanted) < Math.abs(steps[nearest] - wanted)) {
                nearest = row;
            }
        }
        return nearest;
    }
}
