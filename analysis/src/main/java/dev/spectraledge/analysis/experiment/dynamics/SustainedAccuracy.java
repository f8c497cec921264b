package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.StudiedRun;
import java.util.OptionalLong;

/** Grok steps of the stricter definitions (Lifecycle §3.2). */
final class SustainedAccuracy {
    private SustainedAccuracy() {}

    /** Step of the first of three evaluations in a row with at least 0.98; empty without metrics. */
    static OptionalLong step(StudiedRun run) {
        return run.hasMetrics()
                ? first(run.metrics().steps(), run.metrics().require("test_accuracy"), 0.98, 3)
                : OptionalLong.empty();
    }

    /** The first of {@code patience} consecutive evaluations that reach {@code accuracy}. */
    static OptionalLong first(double[] steps, double[] accuracies, double accuracy, int patience) {
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
