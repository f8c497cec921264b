package dev.spectraledge.analysis.experiment.probe;

import java.util.Arrays;

/**
 * How well predictions fit. Of least squares, R² depends on where the regression cuts singular values, and printed references
 * may have cut too early: see {@link RidgeRegression}.
 */
public final class Determination {
    private Determination() {}

    /** R² = 1 − Σ(y − ŷ)²/Σ(y − ȳ)²; negative for what is worse than the mean, NaN where the labels do not vary. */
    public static double coefficient(double[] labels, double[] predictions) {
        double mean = Arrays.stream(labels).average().orElse(Double.NaN);
        double residual = 0;
        double total = 0;
        for (int row = 0; row < labels.length; row++) {
            residual += (labels[row] - predictions[row]) * (labels[row] - predictions[row]);
            total += (labels[row] - mean) * (labels[row] - mean);
        }
        return total == 0 ? Double.NaN : 1 - residual / total;
    }
}
