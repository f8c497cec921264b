package dev.spectraledge.analysis.experiment.probe;

import java.util.Arrays;

/** The class whose indicator a least-squares regression predicts to be largest. */
final class LeastSquaresClassifier {
    private LeastSquaresClassifier() {}

    /** Share of the judged rows whose class is found. */
    static double accuracy(RidgeRegression regression, double[] fitted, double[][] test, double[] expected) {
        double[] classes = Arrays.stream(fitted).distinct().sorted().toArray();
        double[] best = new double[test.length];
        Arrays.fill(best, Double.NEGATIVE_INFINITY);
        double[] found = new double[test.length];
        for (double candidate : classes) {
            double[] indicator = Arrays.stream(fitted)
                    .map(label -> label == candidate ? 1 : 0)
                    .toArray();
            double[] predictions = regression.fit(indicator).predict(test);
            for (int row = 0; row < test.length; row++) {
                if (predictions[row] > best[row]) {
                    best[row] = predictions[row];
                    found[row] = candidate;
                }
            }
        }
        int right = 0;
        for (int row = 0; row < test.length; row++) {
            right += found[row] == expected[row] ? 1 : 0;
        }
        return (double) right / test.length;
    }
}
