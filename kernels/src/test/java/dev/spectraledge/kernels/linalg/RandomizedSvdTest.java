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
    @CsvSource({"10, 3000, FLOAT32", "10, 3000, FLOAT64", "300, 80, FLOAT32", "300, 80, FLOAT64", "60, 60, FLOAT64"})
    void findsTheLeadingSingularTriples(int rows, int columns, DType type) {
        int count = Math.min(rows, columns);
        double[][] a = TestMatrices.withSingularValues(TestMatrices.geometric(count, 1e-4), rows, columns, 1);
        Tensor matrix = TestMatrices.tensor(owner, type, a);
        double[] exact = TestMatrices.singularValues(TestMatrices.arrays(matrix));
        int rank = 6;
        RandomizedSvd svd = RandomizedSvd.decompose(
                backend, workers, owner, matrix, new RandomizedSvd.Parameters(rank, 10, 2, new PhiloxKey(1, 2)));
        double epsilon = type == DType.FLOAT32 ? 0x1p-23 : 0x1p-52;
        double[][] left = TestMatrices.arrays(svd.leftVectors());
        double[][] right = TestMatrices.arrays(svd.rightVectors());
        double[][] residual = TestMatrices.arrays(matrix);
        for (int index = 0; index < rank; index++) {
            double value = svd.singularValues().get(index);
            // Subspace iteration loses (σ_{l+1}/σ_j)^(4q+2) of σ_j, at most 1e-4 of the residual here.
            assertThat(value).isCloseTo(exact[index], within(30 * epsilon + 1e-4 * exact[Math.min(rank, count - 1)]));
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    residual[row][column] -= value * left[row][index] * right[index][column];
                }
            }
        }
        assertOrthonormal(DoubleMatrices.transpose(left), 100 * epsilon);
        assertOrthonormal(right, 100 * epsilon);
        double spectral = TestMatrices.singularValues(residual)[0];
        double squares = 0;
        for (double[] row : residual) {
            squares += TestMatrices.dot(row, row);
        }
        assertThat(svd.frobeniusResidual()).isCloseTo(Math.sqrt(squares), within(100 * epsilon));
        assertThat(svd.spectralResidual()).isBetween(0.8 * spectral - 30 * epsilon, spectral + 30 * epsilon);
        assertThat(spectral).isLessThan(svd.frobeniusResidual() + 30 * epsilon);
        double norm = Math.sqrt(Arrays.stream(exact).map(x -> x * x).sum());
        assertThat(svd.frobeniusNorm()).isCloseTo(norm, within(30 * epsilon * norm));
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
                sum += RandomizedSvd.decompose(
                                backend,
                                workers,
                                owner,
                                matrix,
                                new RandomizedSvd.Parameters(rank, oversampling, power, new PhiloxKey(seed, 4)))
                        .spectralResidual();
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

    @Test
    void rankIsCutToTheMatrix() {
        Tensor matrix = TestMatrices.tensor(owner, DType.FLOAT64, TestMatrices.gaussian(4, 50, 5));
        RandomizedSvd svd = RandomizedSvd.decompose(
                backend, workers, owner, matrix, new RandomizedSvd.Parameters(9, 10, 1, new PhiloxKey(1, 1)));
        assertThat(svd.singularValues().size(0)).isEqualTo(4);
        assertThat(svd.frobeniusResidual()).isLessThan(1e-13 * svd.frobeniusNorm());
        assertThat(svd.spectralResidual()).isLessThan(1e-13 * svd.frobeniusNorm());
        double[] exact = TestMatrices.singularValues(TestMatrices.arrays(matrix));
        for (int index = 0; index < 4; index++) {
            assertThat(svd.singularValues().get(index)).isCloseTo(exact[index], within(1e-13 * exact[0]));
        }
    }

    @Test
    void refusesBadInput() {
        RandomizedSvd.Parameters parameters = new RandomizedSvd.Parameters(2, 2, 1, new PhiloxKey(1, 1));
        Tensor matrix = Tensor.allocate(owner, DType.FLOAT32, 8, 8);
        assertThatThrownBy(() -> RandomizedSvd.decompose(backend, workers, owner, matrix.slice(1, 0, 4), parameters))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RandomizedSvd.Parameters(0, 2, 1, new PhiloxKey(1, 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertOrthonormal(double[][] rows, double tolerance) {
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows.length; j++) {
                assertThat(TestMatrices.dot(rows[i], rows[j])).isCloseTo(i == j ? 1 : 0, within(tolerance));
            }
        }
    }
}
