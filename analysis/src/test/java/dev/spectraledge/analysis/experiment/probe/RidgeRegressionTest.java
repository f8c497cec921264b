package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RidgeRegressionTest {
    /** 300 rows, eight features, a condition number below 100: rounding stays far below this. */
    private static final double ROUNDING = 1e-11;

    @Test
    void isThatOfScikitLearn() {
        assertThat(RidgeRegression.heldOut(Waves.split(), Waves.features(), Waves.labels(), 0.5))
                .isCloseTo(0.3929407075526976, within(ROUNDING));
    }

    @Test
    void leastSquaresFindsPlantedWeightsAtAnyScaleWhereARidgeDoesNot() {
        double[][] features = Waves.features();
        double[] labels = new double[features.length];
        for (int row = 0; row < labels.length; row++) {
            // Two of the six waves span them all; these two and the cosines are independent.
            features[row] = new double[] {1e-3 * features[row][0], 1e-3 * features[row][3], 1e-3 * features[row][6]};
            labels[row] = 4 + 1000 * features[row][0] - 3000 * features[row][2];
        }
        LinearModel model = RidgeRegression.of(features, 0).fit(labels);
        assertThat(model.weights()).containsExactly(new double[] {1000, 0, -3000}, within(1e-6));
        assertThat(model.intercept()).isCloseTo(4, within(ROUNDING));
        LinearModel shrunken = RidgeRegression.of(features, 1).fit(labels);
        assertThat(shrunken.norm()).isLessThan(0.01 * model.norm());
    }

    /**
     * A direction in which features vary by 1e-8 of their largest is fitted: only what rounding leaves is cut. Cut at 1e-6 of
     * the largest singular value, as scikit-learn 1.9 cuts its least squares, the labels could not be read at all.
     */
    @Test
    void leastSquaresKeepsWhatIsFarBelowTheLargestSingularValue() {
        double[][] waves = Waves.features();
        double[] labels = new double[waves.length];
        double[][] features = new double[waves.length][];
        double[][] cut = new double[waves.length][];
        for (int row = 0; row < waves.length; row++) {
            labels[row] = waves[row][6];
            features[row] = new double[] {waves[row][0], waves[row][0] + 1e-8 * waves[row][6]};
            cut[row] = new double[] {waves[row][0]};
        }
        double[] predictions = RidgeRegression.of(features, 0).fit(labels).predict(features);
        assertThat(Determination.coefficient(labels, predictions)).isCloseTo(1, within(1e-12));
        double[] withoutIt = RidgeRegression.of(cut, 0).fit(labels).predict(cut);
        assertThat(Determination.coefficient(labels, withoutIt)).isLessThan(0.1);
    }

    @Test
    void dependentFeaturesGetTheShortestSolution() {
        double[][] features = {{1, 1}, {2, 2}, {3, 3}};
        LinearModel model = RidgeRegression.of(features, 0).fit(new double[] {2, 4, 6});
        assertThat(model.weights()).containsExactly(new double[] {1, 1}, within(ROUNDING));
    }

    @Test
    void moreFeaturesThanRowsAreInterpolatedOrShrunken() {
        double[][] features = {{1, 0, 2, 1}, {0, 1, 1, 3}, {2, 2, 0, 1}};
        double[] labels = {1, -1, 2};
        assertThat(RidgeRegression.of(features, 0).fit(labels).predict(features))
                .containsExactly(labels, within(ROUNDING));
        // A huge penalty leaves the mean.
        assertThat(RidgeRegression.of(features, 1e12).fit(labels).predict(features))
                .containsExactly(new double[] {2 / 3.0, 2 / 3.0, 2 / 3.0}, within(1e-10));
    }

    @Test
    void refusesWhatHasNoRows() {
        assertThatThrownBy(() -> RidgeRegression.of(new double[0][], 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 rows");
    }
}
