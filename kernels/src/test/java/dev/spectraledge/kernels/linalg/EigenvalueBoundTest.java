package dev.spectraledge.kernels.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The bound on the error of eigenvalues, judged without any: by Sylvester's law of inertia the pivots of A − xI, in {@value
 * #DIGITS} digits of the exact entries of A, tell how many eigenvalues lie below x.
 */
class EigenvalueBoundTest {
    private static final int DIGITS = 100;
    private static final MathContext CONTEXT = new MathContext(DIGITS);
    /** What an eigenvalue at the very end of an interval is moved inside by. */
    private static final BigDecimal INSIDE = new BigDecimal("1e-400");

    private static final int LARGEST = 9;

    private final Random random = new Random(20);
    private final SymmetricEigen eigen = new SymmetricEigen(SymmetricEigen.MAXIMUM_ORDER);
    private int checked;

    @Test
    void holdsForRandomMatrices() {
        for (int draw = 0; draw < 120; draw++) {
            check(symmetric(order(), x -> x), "random");
        }
        assertThat(checked).isGreaterThan(500);
    }

    @Test
    void holdsForGramMatricesOfLongAndShortRows() {
        for (int draw = 0; draw < 120; draw++) {
            int order = order();
            double[][] rows = new double[order][order + 3];
            for (double[] row : rows) {
                double norm = Math.pow(10, -8 * random.nextDouble());
                for (int column = 0; column < row.length; column++) {
                    row[column] = norm * random.nextGaussian();
                }
            }
            check(gram(rows), "Gram");
        }
        assertThat(checked).isGreaterThan(500);
    }

    /** Rows along nearly one direction, as the updates of a trained network: one large value and a cluster of small ones. */
    @Test
    void holdsForClustersFarBelowTheLargest() {
        for (int draw = 0; draw < 120; draw++) {
            int order = order();
            double spread = Math.pow(10, -1 - 7 * random.nextDouble());
            double[] common = random.doubles(order + 3).toArray();
            double[][] rows = new double[order][order + 3];
            for (double[] row : rows) {
                for (int column = 0; column < row.length; column++) {
                    row[column] = common[column] + spread * random.nextGaussian();
                }
            }
            check(gram(rows), "cluster");
        }
        assertThat(checked).isGreaterThan(500);
    }

    /** Whole multiples of the smallest number, in which the result is rounded as well. */
    @Test
    void holdsForDenormalMatrices() {
        for (int draw = 0; draw < 120; draw++) {
            double largest = Math.pow(2, 52 * random.nextDouble());
            check(symmetric(order(), x -> Math.rint(x * largest) * Double.MIN_VALUE), "denormal");
        }
        assertThat(checked).isGreaterThan(500);
    }

    /** Squares of the small entries vanish. */
    @Test
    void holdsWhereSquaresUnderflow() {
        for (int draw = 0; draw < 120; draw++) {
            int order = order();
            double[] matrix = symmetric(order, x -> x * Math.pow(10, -150 - 100 * random.nextDouble()));
            matrix[0] = 1;
            check(matrix, "underflow");
        }
        assertThat(checked).isGreaterThan(500);
    }

    @Test
    void holdsForTheLargestNumbers() {
        for (int draw = 0; draw < 60; draw++) {
            double[] matrix = symmetric(order(), x -> Math.clamp(x / 8, -1, 1) * 0x1p1020);
            check(matrix, "huge");
        }
        assertThat(checked).isGreaterThan(250);
    }

    /** A bound that is never exceeded is worth something only if it is small. */
    @Test
    void isAFewRoundingsOfTheLargestValue() {
        for (int draw = 0; draw < 60; draw++) {
            int order = order();
            double[] matrix = symmetric(order, x -> x);
            eigen.decompose(matrix, order);
            double largest = Math.max(Math.abs(eigen.value(0)), Math.abs(eigen.value(order - 1)));
            for (int index = 0; index < order; index++) {
                assertThat(eigen.valueErrorBound(index)).isLessThan(20 * 0x1p-53 * largest);
            }
        }
    }

    private int order() {
        return 2 + random.nextInt(LARGEST - 1);
    }

    private double[] symmetric(int order, DoubleUnaryOperator entry) {
        double[] matrix = new double[order * order];
        for (int row = 0; row < order; row++) {
            for (int column = row; column < order; column++) {
                matrix[row * order + column] = entry.applyAsDouble(random.nextGaussian());
                matrix[column * order + row] = matrix[row * order + column];
            }
        }
        return matrix;
    }

    private static double[] gram(double[][] rows) {
        double[] matrix = new double[rows.length * rows.length];
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < rows.length; column++) {
                double sum = 0;
                for (int k = 0; k < rows[row].length; k++) {
                    sum += rows[row][k] * rows[column][k];
                }
                matrix[row * rows.length + column] = sum;
            }
        }
        return matrix;
    }

    private void check(double[] matrix, String kind) {
        int order = (int) Math.round(Math.sqrt(matrix.length));
        eigen.decompose(matrix, order);
        for (int index = 0; index < order; index++) {
            BigDecimal value = new BigDecimal(eigen.value(index));
            BigDecimal bound = new BigDecimal(eigen.valueErrorBound(index)).add(INSIDE);
            int smaller = order - 1 - index;
            assertThat(below(matrix, order, value.subtract(bound)))
                    .as("%s matrix of order %d: eigenvalues more than the bound below value %d", kind, order, index)
                    .isLessThanOrEqualTo(smaller);
            assertThat(below(matrix, order, value.add(bound)))
                    .as("%s matrix of order %d: eigenvalues within the bound of value %d", kind, order, index)
                    .isGreaterThan(smaller);
            checked++;
        }
    }

    private static int below(double[] matrix, int order, BigDecimal shift) {
        BigDecimal[][] a = new BigDecimal[order][order];
        for (int i = 0; i < order; i++) {
            for (int j = 0; j < order; j++) {
                a[i][j] = new BigDecimal(matrix[i * order + j]);
            }
            a[i][i] = a[i][i].subtract(shift);
        }
        int negative = 0;
        for (int p = 0; p < order; p++) {
            negative += a[p][p].signum() < 0 ? 1 : 0;
            for (int i = p + 1; i < order; i++) {
                BigDecimal factor = a[i][p].divide(a[p][p], CONTEXT);
                for (int j = p + 1; j < order; j++) {
                    a[i][j] = a[i][j].subtract(factor.multiply(a[p][j], CONTEXT), CONTEXT);
                }
            }
        }
        return negative;
    }
}
