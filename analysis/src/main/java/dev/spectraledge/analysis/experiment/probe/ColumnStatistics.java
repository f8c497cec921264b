package dev.spectraledge.analysis.experiment.probe;

/** Means and standard deviations of features. */
final class ColumnStatistics {
    private ColumnStatistics() {}

    static double[] means(double[][] features) {
        double[] means = new double[features[0].length];
        for (double[] row : features) {
            for (int column = 0; column < means.length; column++) {
                means[column] += row[column] / features.length;
            }
        }
        return means;
    }

    /** Of the population, as NumPy's. */
    static double[] standardDeviations(double[][] features, double[] means) {
        double[] squares = new double[means.length];
        for (double[] row : features) {
            for (int column = 0; column < means.length; column++) {
                double difference = row[column] - means[column];
                squares[column] += difference * difference / features.length;
            }
        }
        for (int column = 0; column < squares.length; column++) {
            squares[column] = Math.sqrt(squares[column]);
        }
        return squares;
    }
}
