package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.kernels.Backend;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Probes that could fail (ours): neither the scale of the features nor sequences on both sides of a split decide, and
 * exchanged labels say what is found where there is nothing.
 */
final class ControlledProbe {
    private static final int SPLITS = 5;
    private static final int DRAWS = 39;
    private static final int SEED = 1;
    private static final double QUADRATIC_PENALTY = 10;

    private final int[] sequences;
    private final List<ProbeSplit> splits;

    /** @param inputs as in {@link ProbeSplit#ofSequences} */
    ControlledProbe(HiddenStates states, int[] inputs) {
        sequences = states.sequence();
        splits = IntStream.range(0, SPLITS)
                .mapToObj(index -> ProbeSplit.ofSequences(SEED + index, sequences, inputs))
                .toList();
    }

    /**
     * Least squares, which no scale of the features changes.
     *
     * @param r2 held out, mean over five splits
     * @param firstSplit R² on the first split, and with exchanged labels
     */
    record Linear(double r2, LabelExchange firstSplit) {
        /** Adds {@code linear-r2}, the 95 % bound for exchanged labels, and the p value. */
        void report(Findings findings, String item, long step) {
            findings.controlled("linear-r2", item, step, r2);
            findings.controlled(
                    "linear-r2/exchanged", item, step, firstSplit.exchanged().upper());
            findings.controlled("linear-p", item, step, firstSplit.probability());
        }
    }

    /** Mean over five splits of the held-out R² of least squares. */
    double leastSquares(double[][] features, double[] labels) {
        return splits.stream()
                .mapToDouble(split -> RidgeRegression.heldOut(split, features, labels, 0))
                .average()
                .orElseThrow();
    }

    /** The same, with what it gives for exchanged labels. */
    Linear linear(double[][] features, double[] labels) {
        double sum = 0;
        LabelExchange firstSplit = null;
        for (ProbeSplit split : splits) {
            RidgeRegression regression = RidgeRegression.of(split.train(features), 0);
            double[][] test = split.test(features);
            ToDoubleFunction<double[]> heldOut = targets -> Determination.coefficient(
                    split.test(targets), regression.fit(split.train(targets)).predict(test));
            sum += heldOut.applyAsDouble(labels);
            if (firstSplit == null) {
                firstSplit = LabelExchange.of(SEED, DRAWS, sequences, labels, heldOut);
            }
        }
        return new Linear(sum / splits.size(), firstSplit);
    }

    /** How often the right label has the largest of the regressions on each, first split, with exchanged labels beside. */
    LabelExchange accuracy(double[][] features, double[] labels) {
        ProbeSplit split = splits.getFirst();
        RidgeRegression regression = RidgeRegression.of(split.train(features), 0);
        double[][] test = split.test(features);
        return LabelExchange.of(
                SEED,
                DRAWS,
                sequences,
                labels,
                targets ->
                        LeastSquaresClassifier.accuracy(regression, split.train(targets), test, split.test(targets)));
    }

    /** R² of the quadratic probe on standardised features, first split. */
    double quadratic(Backend backend, double[][] features, double[] labels) {
        ProbeSplit split = splits.getFirst();
        return QuadraticRegression.heldOut(backend, split, standardised(split, features), labels, QUADRATIC_PENALTY);
    }

    /** R² of the MLP on standardised features, first split. */
    double mlp(Backend backend, double[][] features, double[] labels) {
        ProbeSplit split = splits.getFirst();
        return MlpRegression.heldOut(backend, split, standardised(split, features), labels, MlpSettings.published());
    }

    private static double[][] standardised(ProbeSplit split, double[][] features) {
        return Standardisation.of(split.train(features)).apply(features);
    }
}
