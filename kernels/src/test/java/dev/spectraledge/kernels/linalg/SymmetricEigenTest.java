package dev.spectraledge.kernels.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenTest {
    private static final double EPSILON = 0x1p-52;
    private static final MathContext FIFTY_DIGITS = new MathContext(50);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 33, 64})
    void agreesWithLapack(int order) {
        double[] matrix = randomSymmetric(order, 1);
        SymmetricEigen eigen = new SymmetricEigen(64);
        eigen.decompose(matrix, order);
        double norm = 0;
        for (double entry : matrix) {
            norm += entry * entry;
        }
        double tolerance = 10 * order * EPSILON * Math.sqrt(norm);
        try (MemoryOwner owner = MemoryOwner.open("eigen test")) {
            Tensor tensor = Tensor.allocate(owner, DType.FLOAT64, order, order);
            TestMatrices.fill(tensor.reshape((long) order * order), matrix);
            DenseSymmetricEigen lapack = new DenseSymmetricEigen(owner, DType.FLOAT64, order);
            lapack.decompose(tensor);
            for (int index = 0; index < order; index++) {
                assertThat(eigen.value(index)).isCloseTo(lapack.values().get(index), within(tolerance));
            }
        }
        assertOrthonormal(eigen);
        assertReconstructs(eigen, matrix, tolerance);
    }

    @Test
    void smallEigenvaluesOfAGradedMatrixAreRelativelyAccurate() {
        // Q diag(λ) Qᵀ is formed in 50 digits from a rational rotation, so that λ is known; rounding its entries to
        // double
        // perturbs λ by up to 2⁻⁵³·λ₁, of which the exact Rayleigh quotient at the exact vector tells the larger part.
        double[] lambda = {1, 1e-3, 1e-6, 1e-8, 1e-10, 1.00001e-10};
        int order = lambda.length;
        BigDecimal[][] q = rationalOrthogonal(order);
        double[] matrix = new double[order * order];
        BigDecimal[][] rounded = new BigDecimal[order][order];
        for (int i = 0; i < order; i++) {
            for (int j = 0; j < order; j++) {
                BigDecimal sum = BigDecimal.ZERO;
                for (int k = 0; k < order; k++) {
                    sum = sum.add(
                            q[i][k].multiply(q[j][k], FIFTY_DIGITS).multiply(new BigDecimal(lambda[k]), FIFTY_DIGITS),
                            FIFTY_DIGITS);
                }
                matrix[i * order + j] = sum.doubleValue();
                rounded[i][j] = new BigDecimal(matrix[i * order + j]);
            }
        }
        SymmetricEigen eigen = new SymmetricEigen(order);
        eigen.decompose(matrix, order);
        for (int index = 0; index < order; index++) {
            double exact = exactEigenvalue(rounded, eigen.value(index));
            assertThat(eigen.value(index))
                    .as("eigenvalue %d", index)
                    .isCloseTo(exact, within(1e-13 * exact))
                    .isCloseTo(exact, within(eigen.valueErrorBound(index)));
            assertThat(eigen.valueErrorBound(index)).isLessThan(2e-15);
        }
        assertThat(eigen.valueErrorBound(2)).isLessThan(1e-21);
    }

    @Test
    void scaleDoesNotMatter() {
        double[] matrix = randomSymmetric(5, 3);
        double[] tiny = new double[25];
        for (int index = 0; index < 25; index++) {
            tiny[index] = matrix[index] * 0x1p-900;
        }
        SymmetricEigen eigen = new SymmetricEigen(5);
        SymmetricEigen ofTiny = new SymmetricEigen(5);
        eigen.decompose(matrix, 5);
        ofTiny.decompose(tiny, 5);
        for (int index = 0; index < 5; index++) {
            assertThat(ofTiny.value(index)).isEqualTo(eigen.value(index) * 0x1p-900);
        }
    }

    @Test
    void rankDeficientAndZeroMatricesConverge() {
        double[] ones = new double[36];
        Arrays.fill(ones, 1);
        SymmetricEigen eigen = new SymmetricEigen(6);
        eigen.decompose(ones, 6);
        assertThat(eigen.value(0)).isCloseTo(6, within(6 * EPSILON));
        for (int index = 1; index < 6; index++) {
            assertThat(eigen.value(index)).isCloseTo(0, within(6 * EPSILON));
        }
        assertOrthonormal(eigen);
        eigen.decompose(new double[36], 6);
        for (int index = 0; index < 6; index++) {
            assertThat(eigen.value(index)).isZero();
        }
        assertOrthonormal(eigen);
    }

    @Test
    void largestComponentIsPositive() {
        SymmetricEigen eigen = new SymmetricEigen(8);
        eigen.decompose(randomSymmetric(8, 5), 8);
        for (int index = 0; index < 8; index++) {
            double largest = 0;
            for (int component = 0; component < 8; component++) {
                if (Math.abs(eigen.vector(index, component)) > Math.abs(largest)) {
                    largest = eigen.vector(index, component);
                }
            }
            assertThat(largest).isPositive();
        }
    }

    @Test
    void refusesWhatHasNoEigenvalues() {
        SymmetricEigen eigen = new SymmetricEigen(2);
        assertThatThrownBy(() -> eigen.decompose(new double[] {1, Double.NaN, Double.NaN, 1}, 2))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("(0, 1)");
        assertThatThrownBy(() -> eigen.decompose(new double[9], 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SymmetricEigen(SymmetricEigen.MAXIMUM_ORDER + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static double[] randomSymmetric(int order, long seed) {
        Random random = new Random(seed);
        double[] matrix = new double[order * order];
        for (int i = 0; i < order; i++) {
            for (int j = i; j < order; j++) {
                matrix[i * order + j] = random.nextGaussian();
                matrix[j * order + i] = matrix[i * order + j];
            }
        }
        return matrix;
    }

    /** Product of Householder reflections I − 2vvᵀ/vᵀv with integer v: orthogonal to 50 digits. */
    private static BigDecimal[][] rationalOrthogonal(int order) {
        BigDecimal[][] q = new BigDecimal[order][order];
        for (int i = 0; i < order; i++) {
            for (int j = 0; j < order; j++) {
                q[i][j] = i == j ? BigDecimal.ONE : BigDecimal.ZERO;
            }
        }
        for (int reflection = 0; reflection < 3; reflection++) {
            int[] v = new int[order];
            int squares = 0;
            for (int i = 0; i < order; i++) {
                v[i] = (i * 7 + reflection * 5) % 11 - 4;
                squares += v[i] * v[i];
            }
            for (int i = 0; i < order; i++) {
                BigDecimal product = BigDecimal.ZERO;
                for (int k = 0; k < order; k++) {
                    product = product.add(q[i][k].multiply(BigDecimal.valueOf(v[k])), FIFTY_DIGITS);
                }
                BigDecimal factor = product.multiply(BigDecimal.TWO).divide(BigDecimal.valueOf(squares), FIFTY_DIGITS);
                for (int k = 0; k < order; k++) {
                    q[i][k] = q[i][k].subtract(factor.multiply(BigDecimal.valueOf(v[k])), FIFTY_DIGITS);
                }
            }
        }
        return q;
    }

    /** The eigenvalue near {@code start}, by bisection on Sylvester's law of inertia in 50 digits. */
    private static double exactEigenvalue(BigDecimal[][] matrix, double start) {
        BigDecimal low = new BigDecimal(start).multiply(new BigDecimal("0.999999"));
        BigDecimal high = new BigDecimal(start).multiply(new BigDecimal("1.000001"));
        int below = eigenvaluesBelow(matrix, low);
        assertThat(eigenvaluesBelow(matrix, high)).isEqualTo(below + 1);
        for (int step = 0; step < 60; step++) {
            BigDecimal middle = low.add(high).divide(BigDecimal.TWO, FIFTY_DIGITS);
            if (eigenvaluesBelow(matrix, middle) > below) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return low.doubleValue();
    }

    private static int eigenvaluesBelow(BigDecimal[][] matrix, BigDecimal shift) {
        int order = matrix.length;
        BigDecimal[][] a = new BigDecimal[order][];
        for (int i = 0; i < order; i++) {
            a[i] = matrix[i].clone();
            a[i][i] = a[i][i].subtract(shift);
        }
        int negative = 0;
        for (int p = 0; p < order; p++) {
            negative += a[p][p].signum() < 0 ? 1 : 0;
            for (int i = p + 1; i < order; i++) {
                BigDecimal factor = a[i][p].divide(a[p][p], FIFTY_DIGITS);
                for (int j = p; j < order; j++) {
                    a[i][j] = a[i][j].subtract(factor.multiply(a[p][j], FIFTY_DIGITS), FIFTY_DIGITS);
                }
            }
        }
        return negative;
    }

    private static void assertOrthonormal(SymmetricEigen eigen) {
        int order = eigen.order();
        for (int i = 0; i < order; i++) {
            for (int j = 0; j < order; j++) {
                double product = 0;
                for (int k = 0; k < order; k++) {
                    product += eigen.vector(i, k) * eigen.vector(j, k);
                }
                assertThat(product).isCloseTo(i == j ? 1 : 0, within(10 * order * EPSILON));
            }
        }
    }

    private static void assertReconstructs(SymmetricEigen eigen, double[] matrix, double tolerance) {
        int order = eigen.order();
        for (int i = 0; i < order; i++) {
            for (int j = 0; j < order; j++) {
                double sum = 0;
                for (int k = 0; k < order; k++) {
                    sum += eigen.value(k) * eigen.vector(k, i) * eigen.vector(k, j);
                }
                assertThat(sum).isCloseTo(matrix[i * order + j], within(tolerance));
            }
        }
    }
}
