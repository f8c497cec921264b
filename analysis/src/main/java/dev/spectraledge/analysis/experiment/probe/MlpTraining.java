package dev.spectraledge.analysis.experiment.probe;

import java.util.Arrays;

/** Epochs of an {@link MlpNetwork} until its R² on the validation rows gets no better. */
final class MlpTraining {
    private final MlpNetwork network;
    private final MlpSettings settings;
    private final double[][] features;
    private final double[] labels;
    private final int[] validation;
    private final int[] fitted;
    private double[] best;

    /** @param order of the rows: the first {@code validated} are those of validation */
    MlpTraining(
            MlpNetwork network,
            MlpSettings settings,
            double[][] features,
            double[] labels,
            int[] order,
            int validated) {
        this.network = network;
        this.settings = settings;
        this.features = features;
        this.labels = labels;
        validation = Arrays.copyOf(order, validated);
        fitted = Arrays.copyOfRange(order, validated, order.length);
    }

    void run(NumpyRandom random) {
        int[] order = fitted.clone();
        double bestScore = Double.NEGATIVE_INFINITY;
        int unimproved = 0;
        for (int epoch = 0; epoch < settings.maximumEpochs() && unimproved <= settings.patience(); epoch++) {
            order = shuffled(random, order);
            for (int from = 0; from < order.length; from += network.capacity()) {
                network.forward(features, order, from, Math.min(order.length, from + network.capacity()));
                network.step(labels, order, from);
            }
            double score = score();
            unimproved = score < bestScore + settings.tolerance() ? unimproved + 1 : 0;
            if (score > bestScore || best == null) {
                bestScore = score;
                best = network.weights();
            }
        }
    }

    private static int[] shuffled(NumpyRandom random, int[] order) {
        int[] places = random.permutation(order.length);
        int[] result = new int[order.length];
        for (int place = 0; place < places.length; place++) {
            result[place] = order[places[place]];
        }
        return result;
    }

    private double score() {
        double[] predictions = new double[validation.length];
        double[] targets = new double[validation.length];
        for (int from = 0; from < validation.length; from += network.capacity()) {
            int to = Math.min(validation.length, from + network.capacity());
            network.forward(features, validation, from, to);
            for (int row = from; row < to; row++) {
                predictions[row] = network.prediction(row - from);
                targets[row] = labels[validation[row]];
            }
        }
        return Determination.coefficient(targets, predictions);
    }

    /** The weights of the best epoch. */
    double[] best() {
        return best;
    }
}
