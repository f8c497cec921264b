package dev.spectraledge.analysis.nulls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LagCorrelationTest {
    private static final double TOLERANCE = 1e-13;

    private static GramMatrix gram(double[] norms, double[] correlation) {
        GramMatrix gram = new GramMatrix(norms.length);
        gram.resize(norms.length);
        for (int row = 0; row < norms.length; row++) {
            for (int column = 0; column <= row; column++) {
                gram.set(row, column, correlation[row - column] * norms[row] * norms[column]);
            }
        }
        return gram;
    }

    private static double product(LagCorrelation correlation, int rows, int row, int column) {
        double sum = 0;
        for (int inner = 0; inner < rows; inner++) {
            sum += correlation.factor(row, inner) * correlation.factor(column, inner);
        }
        return sum;
    }

    @Test
    void aStationaryWindowIsReproducedExactly() {
        double[] byLag = {1, 0.5, 0.25, 0.125};
        LagCorrelation correlation = new LagCorrelation(6);
        correlation.measure(gram(new double[] {9, 1, 0.1, 3}, byLag), 0, 4);
        for (int row = 0; row < 4; row++) {
            for (int column = 0; column <= row; column++) {
                assertThat(correlation.correlation(row - column)).isCloseTo(byLag[row - column], within(TOLERANCE));
                assertThat(product(correlation, 4, row, column)).isCloseTo(byLag[row - column], within(TOLERANCE));
            }
        }
    }

    @Test
    void correlationsThatNoProcessHasAreShrunkTogetherAndKeepUnitDiagonal() {
        // Updates e, e, e, −e: mean cosines 1/3, 0 and −1 at lags 1, 2 and 3, whose Toeplitz matrix is indefinite.
        double[] signs = {1, 1, 1, -1};
        GramMatrix gram = new GramMatrix(4);
        gram.resize(4);
        for (int row = 0; row < 4; row++) {
            for (int column = 0; column <= row; column++) {
                gram.set(row, column, signs[row] * signs[column]);
            }
        }
        LagCorrelation correlation = new LagCorrelation(4);
        correlation.measure(gram, 0, 4);
        double kept = -correlation.correlation(3);
        System.out.printf("part of impossible correlations that is kept: %.4f%n", kept);
        assertThat(kept).isBetween(0.5, 0.999);
        assertThat(correlation.correlation(1)).isCloseTo(kept / 3, within(TOLERANCE));
        assertThat(correlation.correlation(2)).isCloseTo(0, within(TOLERANCE));
        for (int row = 0; row < 4; row++) {
            for (int column = 0; column <= row; column++) {
                double expected = row == column ? 1 : correlation.correlation(row - column);
                // The smallest eigenvalue is 0, whose root is accurate to the root of a rounding error.
                assertThat(product(correlation, 4, row, column)).isCloseTo(expected, within(TOLERANCE));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5})
    void windowsThatDifferByRoundingHaveFactorsThatDo(double lagOne) {
        // Where no updates are correlated, all eigenvalues are 1 and rounding alone chooses the eigenvectors.
        double[] norms = {9, 1, 0.1, 3};
        double[] exact = {1, lagOne, 0, 0};
        double[] rounded = {1, lagOne + 1e-15, -2e-15, 1e-15};
        LagCorrelation one = new LagCorrelation(4);
        LagCorrelation other = new LagCorrelation(4);
        one.measure(gram(norms, exact), 0, 4);
        other.measure(gram(norms, rounded), 0, 4);
        for (int row = 0; row < 4; row++) {
            for (int column = 0; column < 4; column++) {
                assertThat(one.factor(row, column)).isCloseTo(other.factor(row, column), within(TOLERANCE));
            }
        }
    }

    @Test
    void anUpdateOfNormZeroCorrelatesWithNothing() {
        LagCorrelation correlation = new LagCorrelation(3);
        correlation.measure(gram(new double[] {1, 0, 1}, new double[] {1, 0.5, 0.2}), 0, 3);
        assertThat(correlation.correlation(1)).isZero();
        assertThat(correlation.correlation(2)).isCloseTo(0.2, within(TOLERANCE));
    }
}
