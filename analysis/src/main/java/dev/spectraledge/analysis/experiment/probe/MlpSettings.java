package dev.spectraledge.analysis.experiment.probe;

/**
 * How an {@link MlpRegression} is trained, in the terms of scikit-learn's {@code MLPRegressor}.
 *
 * @param hiddenUnits of the only hidden layer
 * @param penalty α: a batch of n rows adds α/(2n)·‖W‖² to its mean loss; biases are free
 * @param learningRate of Adam with β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸
 * @param batchSize rows per step, or all where there are fewer
 * @param maximumEpochs after which training ends in any case
 * @param validationShare of the rows that training stops by, rounded up
 * @param patience epochs in a row without an R² of validation that is better by {@code tolerance}, after which one more ends
 *     training
 * @param tolerance of R²
 * @param seed of initial weights, validation rows and batches
 */
public record MlpSettings(
        int hiddenUnits,
        double penalty,
        double learningRate,
        int batchSize,
        int maximumEpochs,
        double validationShare,
        int patience,
        double tolerance,
        int seed) {

    /** Those of the paper's probes (Lifecycle §4.8). */
    public static MlpSettings published() {
        return new MlpSettings(64, 0.01, 1e-3, 200, 500, 0.15, 10, 1e-4, 42);
    }

    /** The same with another share of the rows to stop by. */
    public MlpSettings withValidationShare(double share) {
        return new MlpSettings(
                hiddenUnits, penalty, learningRate, batchSize, maximumEpochs, share, patience, tolerance, seed);
    }
}
