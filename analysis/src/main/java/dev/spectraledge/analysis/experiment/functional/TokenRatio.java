package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.trainer.task.dyck.DyckLanguage;

/** Responses on opening over those on closing brackets. */
final class TokenRatio {
    private TokenRatio() {}

    /** Mean on open tokens / mean on close tokens (Lifecycle §4.16). */
    static double of(HiddenStates states, double[] responses) {
        double[] sums = new double[2];
        int[] counts = new int[2];
        for (int row = 0; row < responses.length; row++) {
            int kind = states.token()[row] == DyckLanguage.OPEN ? 0 : 1;
            sums[kind] += responses[row];
            counts[kind]++;
        }
        return sums[0] / counts[0] / (sums[1] / counts[1]);
    }
}
