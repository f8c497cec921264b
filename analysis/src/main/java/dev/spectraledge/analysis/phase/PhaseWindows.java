package dev.spectraledge.analysis.phase;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/** Finds the windows of the {@link Phase}s of a run. */
public final class PhaseWindows {
    private PhaseWindows() {}

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
