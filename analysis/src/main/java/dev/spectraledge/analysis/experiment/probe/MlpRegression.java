package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.kernels.Backend;

/**
 * Regression by a network with one hidden layer of rectified linear units, ŷ = ⟨w₂, max(0, W₁x + b₁)⟩ + b₂, trained on half the
 * squared error by this program's own kernels with the procedure of scikit-learn's {@code MLPRegressor} (Lifecycle §4.8),
 * initial weights, validation rows and batches included.
 */
@SuppressWarnings("ArrayRecordComponent")
public record MlpRegression(
        double[][] hiddenWeights, double[] hiddenBiases, double[] outputWeights, double outputBias) {

    /**
     * Trains on all rows, those included that it is stopped by; the weights are those of the best epoch.
     *
     * @param features one row per label
     */
    public static MlpRegression fit(Backend backend, double[][] features, double[] labels, MlpSettings settings) {
        NumpyRandom random = NumpyRandom.seeded(settings.seed());
        try (MlpNetwork network = new MlpNetwork(backend, features[0].length, settings)) {
            network.initialise(random);
            int[] order = random.permutation(features.length);
            int validated = (int) Math.ceil(settings.validationShare() * features.length);
            MlpTraining training = new MlpTraining(network, settings, features, labels, order, validated);
            training.run(random);
            return of(training.best(), features[0].length, settings.hiddenUnits());
        }
    }

    /** Unpacks W₁, b₁, w₂, b₂. */
    private static MlpRegression of(double[] flat, int inputs, int hidden) {
        double[][] weights = new double[hidden][inputs];
        for (int unit = 0; unit < hidden; unit++) {
            System.arraycopy(flat, unit * inputs, weights[unit], 0, inputs);
        }
        double[] biases = new double[hidden];
        System.arraycopy(flat, hidden * inputs, biases, 0, hidden);
        double[] output = new double[hidden];
        System.arraycopy(flat, hidden * inputs + hidden, output, 0, hidden);
        return new MlpRegression(weights, biases, output, flat[flat.length - 1]);
    }

    /** One prediction per row. */
    public double[] predict(double[][] features) {
        double[] predictions = new double[features.length];
        for (int row = 0; row < features.length; row++) {
            predictions[row] = predict(features[row]);
        }
        return predictions;
    }

    private double predict(double[] row) {
        double prediction = outputBias;
        for (int unit = 0; unit < hiddenBiases.length; unit++) {
            double activation = hiddenBiases[unit];
            double[] weights = hiddenWeights[unit];
            for (int column = 0; column < row.length; column++) {
                activation += weights[column] * row[column];
            }
            prediction += outputWeights[unit] * Math.max(0, activation);
        }
        return prediction;
    }

    /** R² on the rows of a split that are judged on, after training on the others. */
    public static double heldOut(
            Backend backend, ProbeSplit split, double[][] features, double[] labels, MlpSettings settings) {
        MlpRegression model = fit(backend, split.train(features), split.train(labels), settings);
        return Determination.coefficient(split.test(labels), model.predict(split.test(features)));
    }
}
