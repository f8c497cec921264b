package dev.spectraledge.analysis.experiment.probe;

import java.util.Arrays;

/** ŷ = ⟨w, x⟩ + b. */
@SuppressWarnings("ArrayRecordComponent")
public record LinearModel(double[] weights, double intercept) {
    /** One prediction per row. */
    public double[] predict(double[][] features) {
        return Arrays.stream(features).mapToDouble(this::predict).toArray();
    }

    private double predict(double[] row) {
        double sum = intercept;
        for (int column = 0; column < row.length; column++) {
            sum += weights[column] * row[column];
        }
        return sum;
    }

    /** ‖w‖. */
    public double norm() {
        return Math.sqrt(Arrays.stream(weights).map(weight -> weight * weight).sum());
    }
}
