package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.trainer.task.dyck.DyckLanguage;

/** How far apart opening and closing brackets are in one coordinate. */
final class BracketSeparation {
    private BracketSeparation() {}

    /** Cohen's d, |μ_o − μ_c|/√((s_o² + s_c²)/2), with variances divided by n as published (Lifecycle §4.18). */
    static double of(HiddenStates states, double[][] projected, int column) {
        double[] count = new double[2];
        double[] mean = new double[2];
        for (int row = 0; row < projected.length; row++) {
            int kind = kind(states, row);
            count[kind]++;
            mean[kind] += projected[row][column];
        }
        mean[0] /= count[0];
        mean[1] /= count[1];
        double[] variance = new double[2];
        for (int row = 0; row < projected.length; row++) {
            int kind = kind(states, row);
            double difference = projected[row][column] - mean[kind];
            variance[kind] += difference * difference / count[kind];
        }
        return Math.abs(mean[0] - mean[1]) / Math.sqrt((variance[0] + variance[1]) / 2);
    }

    private static int kind(HiddenStates states, int row) {
        return states.token()[row] == DyckLanguage.OPEN ? 0 : 1;
    }
}
