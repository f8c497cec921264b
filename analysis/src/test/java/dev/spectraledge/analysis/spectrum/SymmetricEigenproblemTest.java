package dev.spectraledge.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenproblemTest {
    /** Jacobi's backward error is a small multiple of size·eps·‖A‖. */
    private static double tolerance(int size, double norm) {
        return 8 * size * 0x1p-52 * norm;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 10, 20})
    void decomposesRandomMatrices(int size) {
        Random random = new Random(size);
        double[][] matrix = new double[size][size];
        double norm = 0;
        SymmetricEigenproblem problem = new SymmetricEigenproblem(20);
        problem.begin(size);
        for (int row = 0; row < size; row++) {
            for (int column = 0; column <= row; column++) {
                matrix[row][column] = random.nextGaussian();
                matrix[column][row] = matrix[row][column];
                problem.set(row, column, matrix[row][column]);
                norm = Math.max(norm, Math.abs(matrix[row][column]) * size);
            }
        }
        problem.solve();
        double worst = 0;
        for (int index = 0; index < size; index++) {
            if (index > 0) {
                assertThat(problem.value(index)).isLessThanOrEqualTo(problem.value(index - 1));
            }
            for (int row = 0; row < size; row++) {
                double image = 0;
                for (int column = 0; column < size; column++) {
                    image += matrix[row][column] * problem.vector(column, index);
                }
                worst = Math.max(worst, Math.abs(image - problem.value(index) * problem.vector(row, index)));
            }
            for (int other = 0; other <= index; other++) {
                double product = 0;
                for (int row = 0; row < size; row++) {
                    product += problem.vector(row, index) * problem.vector(row, other);
                }
                assertThat(product).isCloseTo(index == other ? 1 : 0, within(tolerance(size, 1)));
            }
        }
        assertThat(worst).isLessThanOrEqualTo(tolerance(size, norm));
    }

    @Test
    void findsTheEigenvaluesOfAKnownMatrix() {
        SymmetricEigenproblem problem = new SymmetricEigenproblem(2);
        problem.begin(2);
        problem.set(0, 0, 2);
        problem.set(1, 0, 1);
        problem.set(1, 1, 2);
        problem.solve();
        assertThat(problem.value(0)).isCloseTo(3, within(tolerance(2, 3)));
        assertThat(problem.value(1)).isCloseTo(1, within(tolerance(2, 3)));
        assertThat(problem.vector(0, 0)).isCloseTo(problem.vector(1, 0), within(tolerance(2, 1)));
    }

    @Test
    void zeroMatrixHasZeroEigenvalues() {
        SymmetricEigenproblem problem = new SymmetricEigenproblem(3);
        problem.begin(3);
        problem.solve();
        assertThat(problem.value(0)).isZero();
        assertThat(problem.value(2)).isZero();
    }

    @Test
    void refusesNumbersThatAreNotFinite() {
        SymmetricEigenproblem problem = new SymmetricEigenproblem(2);
        problem.begin(2);
        problem.set(1, 0, Double.NaN);
        assertThatThrownBy(problem::solve)
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("not finite");
    }

    @Test
    void refusesAMatrixThatDoesNotFit() {
        SymmetricEigenproblem problem = new SymmetricEigenproblem(2);
        assertThatThrownBy(() -> problem.begin(3)).isInstanceOf(IllegalArgumentException.class);
    }
}
