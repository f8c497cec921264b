package dev.spectraledge.analysis.statistic;

import java.util.stream.IntStream;

/**
 * The step-down correction of Holm (1979): rejecting where an adjusted p-value is at most α keeps the probability of any false
 * rejection among all hypotheses at α, however they depend on each other.
 */
public final class Holm {
    private Holm() {}

    /**
     * Adjusted p-values in the order of those given: of the i-th smallest of n, the largest of (n − j + 1)·p_j over j ≤ i, at most
     * 1. Values that are not numbers are no hypotheses and stay as they are.
     */
    public static double[] adjusted(double... probabilities) {
        int[] order = IntStream.range(0, probabilities.length)
                .filter(index -> !Double.isNaN(probabilities[index]))
                .boxed()
                .sorted((one, other) -> Double.compare(probabilities[one], probabilities[other]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = probabilities.clone();
        double largest = 0;
        for (int rank = 0; rank < order.length; rank++) {
            largest = Math.max(largest, (order.length - rank) * probabilities[order[rank]]);
            adjusted[order[rank]] = Math.min(largest, 1);
        }
        return adjusted;
    }
}
