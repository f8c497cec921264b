package dev.spectraledge.analysis.statistic;

import org.hipparchus.distribution.continuous.ChiSquaredDistribution;

/** One p value of several independent tests of the same null hypothesis (Fisher 1925, §21.1). */
public final class FisherMethod {
    private FisherMethod() {}

    /**
     * The probability of −2Σ ln p, which has as many degrees of freedom of χ² as twice the tests: exact where each p is uniform
     * under the null, and too large rather than too small where a p counts draws.
     *
     * @param probabilities above 0; NaN where one is not known
     * @return NaN where there is none, or one is not known
     */
    public static double combined(double... probabilities) {
        double statistic = 0;
        for (double probability : probabilities) {
            statistic -= 2 * Math.log(probability);
        }
        return probabilities.length == 0 || Double.isNaN(statistic)
                ? Double.NaN
                : 1 - new ChiSquaredDistribution(2.0 * probabilities.length).cumulativeProbability(statistic);
    }
}
