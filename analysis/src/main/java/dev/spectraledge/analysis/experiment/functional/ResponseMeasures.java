package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.probe.Labels;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;

/**
 * What is said of the response f = ‖Δh‖² to one direction (Lifecycle §4.16).
 *
 * @param mean f̄ over all tokens
 * @param correlation Pearson's, of f and the target
 * @param tokenRatio f̄ of opening over f̄ of closing brackets; of other tasks it means nothing
 * @param concentration share of the strongest frequency of f̄ by position, the mean included
 * @param frequency the strongest one
 */
record ResponseMeasures(double mean, double correlation, double tokenRatio, double concentration, int frequency) {

    /** @param positions of the padded form */
    static ResponseMeasures of(HiddenStates change, int positions) {
        double[] responses = Perturbation.magnitudes(change);
        double[] targets = Labels.targets(change);
        double[] power = PowerSpectrum.of(byPosition(change, responses, positions));
        return new ResponseMeasures(
                Arrays.stream(responses).average().orElseThrow(),
                Statistics.correlation(responses, targets),
                TokenRatio.of(change, responses),
                PowerSpectrum.largest(power, 1),
                PowerSpectrum.dominant(power));
    }

    /** Zero where no sequence has a token. */
    private static double[] byPosition(HiddenStates change, double[] responses, int positions) {
        double[] sums = new double[positions];
        int[] counts = new int[positions];
        for (int row = 0; row < responses.length; row++) {
            sums[change.position()[row]] += responses[row];
            counts[change.position()[row]]++;
        }
        for (int position = 0; position < positions; position++) {
            sums[position] /= Math.max(1, counts[position]);
        }
        return sums;
    }
}
