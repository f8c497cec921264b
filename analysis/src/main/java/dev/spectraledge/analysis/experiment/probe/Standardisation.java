package dev.spectraledge.analysis.experiment.probe;

import java.util.Arrays;

/**
 * Takes features to mean 0 and standard deviation 1, as they are on the rows that it was made from, so that penalties and
 * step sizes of a probe do not depend on their scale. Features that do not vary there are only centred.
 */
@SuppressWarnings("ArrayRecordComponent")
public record Standardisation(double[] means, double[] deviations) {

    public static Standardisation of(double[][] features) {
        double[] means = ColumnStatistics.means(features);
        return new Standardisation(means, ColumnStatistics.standardDeviations(features, means));
    }

    /** Mean over the features of their standard deviation. */
    public static double meanDeviation(double[][] features) {
        return Arrays.stream(of(features).deviations).average().orElseThrow();
    }

    /** New rows. */
    public double[][] apply(double[][] features) {
        double[][] result = new double[features.length][means.length];
        for (int row = 0; row < features.length; row++) {
            for (int column = 0; column < means.length; column++) {
                double deviation = deviations[column] == 0 ? 1 : deviations[column];
                result[row][column] = (features[row][column] - means[column]) / deviation;
            }
        }
        return result;
    }
}
