package dev.spectraledge.analysis.phase;

import java.util.OptionalLong;

/** Grok steps of the stricter definitions (Lifecycle §3.2). */
public final class SustainedAccuracy {
    private SustainedAccuracy() {}

    /** The first of {@code patience} consecutive evaluations that reach {@code accuracy}. */
    public static OptionalLong first(double[] steps, double[] accuracies, double accuracy, int patience) {
        int held = 0;
        for (int row = 0; row < steps.length; row++) {
            held = accuracies[row] >= accuracy ? held + 1 : 0;
            if (held == patience) {
                return OptionalLong.of((long) steps[row - patience + 1]);
            }
        }
        return OptionalLong.empty();
    }
}
