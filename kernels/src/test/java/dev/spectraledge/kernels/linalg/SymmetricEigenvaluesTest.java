package dev.spectraledge.kernels.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Allocations;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenvaluesTest {
    /**
     * Backward error by the norm of the matrix and n². Each of at most 30 steps for a value is up to n − 1 rotations from both
     * sides, each of which is off by √2·γ_6 on two rows (Higham, Accuracy and Stability of Numerical Algorithms, lemma 19.8): 24u,
     * on half of the rows on average.
     */
    private static final double OF_NORM = 360 * 0x1p-53;

    private static double[] gram(int order, double ratio) {
        double[][] rows = TestMatrices.gaussian(order, 40, order);
        double[] gram = new double[order * order];
        for (int i = 0; i < order; i++) {
            for (int j = 0; j < order; j++) {
                double sum = 0;
                for (int k = 0; k < 40; k++) {
                    sum += rows[i][k] * rows[j][k];
                }
                gram[i * order + j] = sum * Math.pow(ratio, i + j);
            }
        }
        return gram;
    }

    private static double norm(double[] matrix) {
        double sum = 0;
        for (double entry : matrix) {
            sum += entry * entry;
        }
        return Math.sqrt(sum);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 32, SymmetricEigen.MAXIMUM_ORDER})
    void valuesAreThoseOfTheDecomposition(int order) {
        SymmetricEigen exact = new SymmetricEigen(order);
        SymmetricEigenvalues values = new SymmetricEigenvalues(order);
        for (double ratio : new double[] {1, 0.7, 0.01, 30}) {
            double[] matrix = gram(order, ratio);
            exact.decompose(matrix, order);
            values.compute(matrix, order);
            double bound = OF_NORM * order * order * norm(matrix);
            for (int index = 0; index < order; index++) {
                assertThat(values.value(index)).isCloseTo(exact.value(index), within(bound));
            }
        }
    }

    @Test
    void diagonalMatricesKeepTheirEntriesInOrder() {
        SymmetricEigenvalues values = new SymmetricEigenvalues(4);
        values.compute(new double[] {2, 0, 0, 0, 0, -5, 0, 0, 0, 0, 7, 0, 0, 0, 0, 2}, 4);
        assertThat(new double[] {values.value(0), values.value(1), values.value(2), values.value(3)})
                .containsExactly(7, 2, 2, -5);
    }

    @Test
    void refusesWhatIsNotFiniteAndOrdersOutsideOfItsRoom() {
        SymmetricEigenvalues values = new SymmetricEigenvalues(2);
        assertThatThrownBy(() -> values.compute(new double[] {1, Double.NaN, 0, 1}, 2))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("(0, 1)");
        assertThatThrownBy(() -> values.compute(new double[9], 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SymmetricEigenvalues(SymmetricEigen.MAXIMUM_ORDER + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Tag("garbage")
    @Test
    void makesNoGarbage() {
        SymmetricEigenvalues values = new SymmetricEigenvalues(10);
        double[] matrix = gram(10, 0.7);
        assertThat(Allocations.bytesPerCall(() -> values.compute(matrix, 10))).isZero();
    }
}
