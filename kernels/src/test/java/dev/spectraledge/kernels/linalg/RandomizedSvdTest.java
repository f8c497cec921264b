package dev.spectraledge.kernels.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomizedSvdTest {
    private final Backend backend = new CpuBackend();
    private MemoryOwner owner;
    private Workers workers;

    @BeforeEach
    void open() {
        owner = MemoryOwner.open("randomized svd test");
        workers = new Workers(2);
    }

    @AfterEach
    void close() {
        workers.close();
        owner.close();
    }

    @ParameterizedTest
    @CsvSource({
        "10, 3000, FLOAT32",
        "10, 3000, FLOAT64",
        "3000, 10, FLOAT32",
        "300, 80, FLOAT32",
        "300, 80, FLOAT64",
        "80, 300, FLOAT32",
        "80, 300, FLOAT64",
        "60, 60, FLOAT64",
        "5000, 40, FLOAT32"
    })
    void findsTheLeadingSingularTriples(int rows, int columns, DType type) {
        int count = Math.min(rows, columns);
        double[][] a = TestMatrices.withSingularValues(TestMatrices.geometric(count, 1e-4), rows, columns, 1);
        Tensor matrix = TestMatrices.tensor(owner, type, a);
        double[] exact = TestMatrices.singularValues(TestMatrices.arrays(matrix));
        int rank = 6;
        LowRankApproximation svd =
                decompose(matrix, new RandomizedSvd.Parameters(rank, 10, 2, true, new PhiloxKey(1, 2)));
        double epsilon = type == DType.FLOAT32 ? 0x1p-23 : 0x1p-52;
        double[][] left = TestMatrices.arrays(svd.leftVectors());
        double[][] right = TestMatrices.arrays(svd.rightVectors());
        for (int index = 0; index < rank; index++) {
            // Subspace iteration loses (σ_{l+1}/σ_j)^(4q+2) of σ_j, at most 1e-4 of the residual here.
            assertThat(svd.singularValues().get(index))
                    .isCloseTo(exact[index], within(30 * epsilon + 1e-4 * exact[Math.min(rank, count - 1)]));
        }
        assertOrthonormal(DoubleMatrices.transpose(left), 100 * epsilon);
        assertOrthonormal(right, 100 * epsilon);
        double[][] residual = residual(matrix, svd);
        double spectral = TestMatrices.singularValues(residual)[0];
        double squares = 0;
        for (double[] row : residual) {
            squares += TestMatrices.dot(row, row);
        }
        assertThat(svd.frobeniusResidual(backend, workers, matrix))
                .isCloseTo(Math.sqrt(squares), within(100 * epsilon));
        assertThat(spectral).isLessThan(svd.spectralResidualBound());
        assertThat(svd.spectralResidualBound()).isLessThan(2 * spectral + 2 * svd.roundingError() + 30 * epsilon);
        double norm = Math.sqrt(Arrays.stream(exact).map(x -> x * x).sum());
        assertThat(svd.frobeniusNorm()).isCloseTo(norm, within(30 * epsilon * norm));
    }

    /** Spectra from flat to steep: whatever the error is, it lies within its bound, and the bound is not far from it. */
    @ParameterizedTest
    @CsvSource({"FLOAT32, 0", "FLOAT32, 1", "FLOAT32, 2", "FLOAT64, 0", "FLOAT64, 1", "FLOAT64, 2"})
    void boundsHoldForMatricesOfKnownSpectra(DType type, int power) {
        int rank = 5;
        for (double last : new double[] {1, 0.5, 1e-1, 1e-3, 1e-7}) {
            double[] values = TestMatrices.geometric(50, last);
            for (long seed = 0; seed < 6; seed++) {
                Tensor matrix =
                        TestMatrices.tensor(owner, type, TestMatrices.withSingularValues(values, 50, 130, seed));
                LowRankApproximation svd =
                        decompose(matrix, new RandomizedSvd.Parameters(rank, 4, power, true, new PhiloxKey(seed, 4)));
                for (int index = 0; index < rank; index++) {
                    assertThat(values[index]).isBetween(svd.lowerBound(index), svd.upperBound(index));
                }
                double spectral = TestMatrices.singularValues(residual(matrix, svd))[0];
                assertThat(spectral).isLessThanOrEqualTo(svd.spectralResidualBound());
                assertThat(svd.spectralResidualBound()).isLessThan(2 * spectral + 2 * svd.roundingError());
            }
        }
    }

    /** The bound is about the basis: one that misses a direction is found out. */
    @Test
    void aLargeDirectionOutsideOfTheBasisRaisesTheBounds() {
        double[] flat = new double[60];
        Arrays.fill(flat, 1);
        Tensor matrix = TestMatrices.tensor(owner, DType.FLOAT64, TestMatrices.withSingularValues(flat, 60, 90, 2));
        LowRankApproximation svd = decompose(matrix, new RandomizedSvd.Parameters(3, 3, 0, true, new PhiloxKey(5, 6)));
        assertThat(svd.projectionBound()).isBetween(1.0, 2.0);
        assertThat(svd.upperBound(0)).isGreaterThan(1);
    }

    @Test
    void meanErrorIsWithinTheBoundOfHalkoMartinssonAndTropp() {
        int rank = 5;
        int oversampling = 5;
        double[] values = TestMatrices.geometric(40, 1e-2);
        Tensor matrix = TestMatrices.tensor(owner, DType.FLOAT64, TestMatrices.withSingularValues(values, 40, 120, 3));
        int seeds = 12;
        for (int power = 0; power <= 2; power++) {
            double sum = 0;
            for (long seed = 0; seed < seeds; seed++) {
                LowRankApproximation svd = decompose(
                        matrix, new RandomizedSvd.Parameters(rank, oversampling, power, true, new PhiloxKey(seed, 4)));
                sum += TestMatrices.singularValues(residual(matrix, svd))[0];
            }
            // Corollary 10.10 for the projection, and σ_{k+1} more for cutting it to rank k (theorem 9.3).
            double factor = 1
                    + Math.sqrt(rank / (oversampling - 1.0))
                    + Math.E * Math.sqrt(rank + oversampling) / oversampling * Math.sqrt(40 - rank);
            double bound = (1 + Math.pow(factor, 1 / (2.0 * power + 1))) * values[rank];
            assertThat(sum / seeds).isLessThan(bound).isGreaterThan(0.8 * values[rank]);
            System.out.printf(
                    "power %d: mean residual/σ_(k+1) %.3f, bound %.3f%n",
                    power, sum / seeds / values[rank], bound / values[rank]);
        }
    }

    /** Householder reflections take over where the test matrix has more columns than the matrix has rank, and say so. */
    @ParameterizedTest
    @CsvSource({"FLOAT32, 200, 70", "FLOAT64, 200, 70", "FLOAT32, 70, 200", "FLOAT64, 70, 200"})
    void matrixOfLowRankLeavesAResidualOfRounding(DType type, int rows, int columns) {
        double[] values = {3, 2, 1, 0.5};
        Tensor matrix = TestMatrices.tensor(owner, type, TestMatrices.withSingularValues(values, rows, columns, 4));
        LowRankApproximation svd = decompose(matrix, new RandomizedSvd.Parameters(4, 10, 2, true, new PhiloxKey(1, 1)));
        double epsilon = type == DType.FLOAT32 ? 0x1p-23 : 0x1p-52;
        assertThat(svd.frobeniusResidual(backend, workers, matrix)).isLessThan(20 * epsilon * svd.frobeniusNorm());
        assertThat(svd.spectralResidualBound()).isLessThan(100 * epsilon * svd.frobeniusNorm());
        assertThat(svd.householderFactorisations()).isPositive();
        for (int index = 0; index < values.length; index++) {
            assertThat(svd.singularValues().get(index)).isCloseTo(values[index], within(30 * epsilon));
        }
    }

    @Test
    void wellConditionedMatricesNeedNoReflections() {
        double[][] a = TestMatrices.withSingularValues(TestMatrices.geometric(80, 1e-3), 300, 80, 1);
        LowRankApproximation svd = decompose(
                TestMatrices.tensor(owner, DType.FLOAT32, a),
                new RandomizedSvd.Parameters(6, 10, 2, true, new PhiloxKey(1, 2)));
        assertThat(svd.householderFactorisations()).isZero();
    }

    @Test
    void withoutACertificateNothingIsSaidFromAbove() {
        Tensor matrix = TestMatrices.tensor(owner, DType.FLOAT64, TestMatrices.gaussian(40, 50, 5));
        LowRankApproximation svd = decompose(matrix, new RandomizedSvd.Parameters(3, 5, 1, false, new PhiloxKey(1, 1)));
        LowRankApproximation certified =
                decompose(matrix, new RandomizedSvd.Parameters(3, 5, 1, true, new PhiloxKey(1, 1)));
        assertThat(svd.upperBound(0)).isInfinite();
        assertThat(TestMatrices.array(svd.singularValues()))
                .containsExactly(TestMatrices.array(certified.singularValues()));
    }

    @Test
    void zeroMatrixHasZeroValues() {
        LowRankApproximation svd = decompose(
                Tensor.allocate(owner, DType.FLOAT32, 30, 50),
                new RandomizedSvd.Parameters(2, 3, 1, true, new PhiloxKey(1, 1)));
        assertThat(TestMatrices.array(svd.singularValues())).containsExactly(0, 0);
        assertThat(svd.upperBound(0)).isZero();
    }

    @Test
    void rankIsCutToTheMatrix() {
        Tensor matrix = TestMatrices.tensor(owner, DType.FLOAT64, TestMatrices.gaussian(4, 50, 5));
        LowRankApproximation svd = decompose(matrix, new RandomizedSvd.Parameters(9, 10, 1, true, new PhiloxKey(1, 1)));
        assertThat(svd.singularValues().size(0)).isEqualTo(4);
        assertThat(svd.frobeniusResidual(backend, workers, matrix)).isLessThan(1e-13 * svd.frobeniusNorm());
        double[] exact = TestMatrices.singularValues(TestMatrices.arrays(matrix));
        for (int index = 0; index < 4; index++) {
            assertThat(svd.singularValues().get(index)).isCloseTo(exact[index], within(1e-13 * exact[0]));
        }
    }

    @Test
    void refusesBadInput() {
        RandomizedSvd.Parameters parameters = new RandomizedSvd.Parameters(2, 2, 1, true, new PhiloxKey(1, 1));
        Tensor matrix = Tensor.allocate(owner, DType.FLOAT32, 8, 8);
        assertThatThrownBy(() -> decompose(matrix.slice(1, 0, 4), parameters))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RandomizedSvd.Parameters(0, 2, 1, true, new PhiloxKey(1, 1)))
                .isInstanceOf(IllegalArgumentException.class);
        matrix.set(Double.POSITIVE_INFINITY, 3, 3);
        assertThatThrownBy(() -> decompose(matrix, parameters)).isInstanceOf(ArithmeticException.class);
    }

    private LowRankApproximation decompose(Tensor matrix, RandomizedSvd.Parameters parameters) {
        return new RandomizedSvd(backend, workers, DenseFactorizations.LAPACK).decompose(owner, matrix, parameters);
    }

    private static double[][] residual(Tensor matrix, LowRankApproximation svd) {
        double[][] left = TestMatrices.arrays(svd.leftVectors());
        double[][] right = TestMatrices.arrays(svd.rightVectors());
        double[][] residual = TestMatrices.arrays(matrix);
        for (int index = 0; index < right.length; index++) {
            for (int row = 0; row < residual.length; row++) {
                for (int column = 0; column < residual[row].length; column++) {
                    residual[row][column] -= svd.singularValues().get(index) * left[row][index] * right[index][column];
                }
            }
        }
        return residual;
    }

    private static void assertOrthonormal(double[][] rows, double tolerance) {
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows.length; j++) {
                assertThat(TestMatrices.dot(rows[i], rows[j])).isCloseTo(i == j ? 1 : 0, within(tolerance));
            }
        }
    }
}
