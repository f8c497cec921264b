package dev.spectraledge.kernels.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamingSvdTest {
    private final Backend backend = new CpuBackend();
    private MemoryOwner owner;

    @BeforeEach
    void open() {
        owner = MemoryOwner.open("streaming svd test");
    }

    @AfterEach
    void close() {
        owner.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 9, 120})
    void lowRankTrajectoriesAreFoundExactly(int rows) {
        double[] values = {5, 2, 1};
        int rank = Math.min(3, rows);
        double[][] a = TestMatrices.withSingularValues(Arrays.copyOf(values, rank), rows, 700, 1);
        Tensor stream = TestMatrices.tensor(owner, DType.FLOAT64, a);
        try (Workers workers = new Workers(2)) {
            StreamingSvd svd = streaming(workers, owner, DType.FLOAT64, 3, 10, 700, 2);
            feed(svd, stream, 0, rows);
            StreamingSpectrum spectrum = svd.spectrum();
            assertThat(spectrum.updates()).isEqualTo(rows);
            Tensor direction = backend.allocate(owner, DType.FLOAT64, 1, 700);
            for (int index = 0; index < rank; index++) {
                assertThat(spectrum.singularValue(index)).isCloseTo(values[index], within(1e-9));
                svd.direction(spectrum, index, direction);
                double[] unit = TestMatrices.array(direction.at(0));
                assertThat(TestMatrices.dot(unit, unit)).isCloseTo(1, within(1e-9));
                for (int row = 0; row < rows; row++) {
                    assertThat(TestMatrices.dot(a[row], unit))
                            .isCloseTo(values[index] * spectrum.leftVector(index, row), within(1e-8));
                }
            }
            assertThat(spectrum.errorEstimate(rank)).isLessThan(1e-6);
        }
    }

    @Test
    void errorEstimateIsHonestAndTheErrorAsPredicted() {
        int rows = 90;
        int columns = 300;
        int rank = 3;
        double[] values = new double[60];
        for (int index = 0; index < values.length; index++) {
            values[index] = 1 / Math.pow(1.0 + index, 1.5);
        }
        double[][] a = TestMatrices.withSingularValues(values, rows, columns, 3);
        Tensor stream = TestMatrices.tensor(owner, DType.FLOAT64, a);
        int seeds = 40;
        int k = 4 * rank + 1;
        double meanSquare = 0;
        double meanRatio = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        int failures = 0;
        try (Workers workers = new Workers(1)) {
            for (long seed = 0; seed < seeds; seed++) {
                try (MemoryOwner scratch = MemoryOwner.open("one stream")) {
                    StreamingSvd svd = streaming(workers, scratch, DType.FLOAT64, rank, 8, columns, seed);
                    feed(svd, stream, 0, rows);
                    StreamingSpectrum spectrum = svd.spectrum();
                    double full = error(svd, spectrum, a, spectrum.size(), scratch);
                    meanSquare += full * full / seeds;
                    double truncated = error(svd, spectrum, a, rank, scratch);
                    double ratio = spectrum.errorEstimate(rank) / truncated;
                    meanRatio += ratio * ratio / seeds;
                    least = Math.min(least, ratio);
                    most = Math.max(most, ratio);
                    failures += spectrum.errorBound(rank, 0.05) < truncated ? 1 : 0;
                    assertThat(truncated).isLessThan(spectrum.errorBound(rank, 1e-6));
                    for (int index = 0; index < rank; index++) {
                        assertThat(Math.abs(spectrum.singularValue(index) - values[index]))
                                .isLessThan(spectrum.errorBound(rank, 1e-6));
                    }
                }
            }
        }
        // Theorem 5.1 of Tropp and others for the approximation before truncation.
        double bound = Double.POSITIVE_INFINITY;
        int s = 2 * k + 1;
        for (int rho = 1; rho < k - 1; rho++) {
            double tail = 0;
            for (int index = rho; index < values.length; index++) {
                tail += values[index] * values[index];
            }
            bound = Math.min(bound, (s - 1.0) / (s - k - 1) * (k + rho - 1.0) / (k - rho - 1.0) * tail);
        }
        System.out.printf(
                "mean squared error %.4g, bound %.4g; estimate/truth %.2f to %.2f, mean of squares %.3f; %d of %d above the 95%% bound%n",
                meanSquare, bound, least, most, meanRatio, failures, seeds);
        assertThat(meanSquare).isLessThan(bound);
        // The estimate's square has mean 1 and, with 10 rows and errors of several directions, a deviation below
        // √(2/10).
        assertThat(meanRatio).isCloseTo(1, within(4 * Math.sqrt(2 / 10.0 / seeds)));
        assertThat(least).isGreaterThan(1 / 3.0);
        assertThat(most).isLessThan(2);
        assertThat(failures).isLessThanOrEqualTo(6);
    }

    @Test
    void floatRowsAndThreadsAgreeToRounding() {
        double[][] a = TestMatrices.withSingularValues(TestMatrices.geometric(10, 1e-2), 50, 20_000, 5);
        StreamingSpectrum reference = null;
        for (int threads = 1; threads <= 3; threads++) {
            try (Workers workers = new Workers(threads)) {
                StreamingSvd svd = streaming(workers, owner, DType.FLOAT32, 2, 16, 20_000, 6);
                StreamingSvd again = streaming(workers, owner, DType.FLOAT32, 2, 16, 20_000, 6);
                Tensor stream = TestMatrices.tensor(owner, DType.FLOAT32, a);
                feed(svd, stream, 0, 50);
                feed(again, stream, 0, 50);
                StreamingSpectrum spectrum = svd.spectrum();
                StreamingSpectrum repeated = again.spectrum();
                reference = reference == null ? spectrum : reference;
                for (int index = 0; index < spectrum.size(); index++) {
                    assertThat(repeated.singularValue(index)).isEqualTo(spectrum.singularValue(index));
                }
                for (int index = 0; index < 2; index++) {
                    assertThat(spectrum.singularValue(index)).isCloseTo(reference.singularValue(index), within(1e-5));
                    assertThat(Math.abs(spectrum.singularValue(index) - Math.pow(1e-2, index / 9.0)))
                            .isLessThan(spectrum.errorBound(2, 1e-6));
                }
            }
        }
    }

    @Test
    void restoredStateContinuesBitForBit() {
        Tensor stream = TestMatrices.tensor(owner, DType.FLOAT32, TestMatrices.gaussian(40, 200, 7));
        try (Workers workers = new Workers(2)) {
            StreamingSvd original = streaming(workers, owner, DType.FLOAT32, 2, 8, 200, 8);
            StreamingSvd restored = streaming(workers, owner, DType.FLOAT32, 2, 8, 200, 8);
            feed(original, stream, 0, 21);
            Map<String, Tensor> target = restored.state();
            original.state().forEach((name, tensor) -> backend.copy(tensor, target.get(name)));
            feed(original, stream, 21, 40);
            feed(restored, stream, 21, 40);
            StreamingSpectrum expected = original.spectrum();
            StreamingSpectrum actual = restored.spectrum();
            for (int index = 0; index < expected.size(); index++) {
                assertThat(actual.singularValue(index)).isEqualTo(expected.singularValue(index));
            }
            assertThat(actual.errorEstimate(2)).isEqualTo(expected.errorEstimate(2));
            assertThat(actual.squaredNorm()).isEqualTo(expected.squaredNorm());
        }
    }

    @Tag("garbage")
    @Test
    void rowsAllocateNothing() {
        try (Workers workers = new Workers(1)) {
            StreamingSvd svd = streaming(workers, owner, DType.FLOAT32, 1, 40, 100, 9);
            Tensor row = TestMatrices.tensor(owner, DType.FLOAT32, TestMatrices.gaussian(1, 100, 10));
            assertThat(Allocations.bytesPerCall(() -> svd.add(row))).isLessThan(1);
        }
    }

    @Test
    void zeroRowsGiveAnEmptySpectrumAndBadInputIsRefused() {
        try (Workers workers = new Workers(1)) {
            StreamingSvd svd = streaming(workers, owner, DType.FLOAT32, 1, 4, 100, 11);
            assertThatThrownBy(svd::spectrum).isInstanceOf(IllegalStateException.class);
            svd.add(Tensor.allocate(owner, DType.FLOAT32, 1, 100));
            StreamingSpectrum spectrum = svd.spectrum();
            assertThat(spectrum.size()).isZero();
            assertThat(spectrum.errorEstimate(0)).isZero();
            assertThatThrownBy(() -> svd.add(Tensor.allocate(owner, DType.FLOAT32, 1, 99)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[1, 100]");
            svd.add(Tensor.allocate(owner, DType.FLOAT32, 1, 100));
            assertThatThrownBy(() -> svd.direction(spectrum, 0, Tensor.allocate(owner, DType.FLOAT32, 1, 100)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2 rows");
            StreamingSvd.Parameters two = new StreamingSvd.Parameters(1, 2, 1, 1, new PhiloxKey(1, 1));
            StreamingSvd full = new StreamingSvd(backend, workers, owner, DType.FLOAT32, two, 100);
            full.add(Tensor.allocate(owner, DType.FLOAT32, 1, 100));
            assertThatThrownBy(() -> full.add(Tensor.allocate(owner, DType.FLOAT32, 1, 100)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("full");
            assertThatThrownBy(() -> new StreamingSvd(backend, workers, owner, DType.FLOAT32, two, 10))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private StreamingSvd streaming(
            Workers workers, MemoryOwner memory, DType type, int rank, int block, long length, long seed) {
        StreamingSvd.Parameters parameters =
                new StreamingSvd.Parameters(rank, 10, block, 200_000, new PhiloxKey(seed, 20));
        return new StreamingSvd(backend, workers, memory, type, parameters, length);
    }

    private static void feed(StreamingSvd svd, Tensor stream, int from, int to) {
        for (int row = from; row < to; row++) {
            svd.add(stream.slice(0, row, row + 1L));
        }
    }

    /** ‖A − Â_rank‖_F with Â formed. */
    private double error(StreamingSvd svd, StreamingSpectrum spectrum, double[][] a, int rank, MemoryOwner memory) {
        double[][] residual = new double[a.length][];
        for (int row = 0; row < a.length; row++) {
            residual[row] = a[row].clone();
        }
        Tensor direction = backend.allocate(memory, DType.FLOAT64, 1, a[0].length);
        for (int index = 0; index < rank; index++) {
            svd.direction(spectrum, index, direction);
            double[] unit = TestMatrices.array(direction.at(0));
            for (int row = 0; row < a.length; row++) {
                double factor = spectrum.singularValue(index) * spectrum.leftVector(index, row);
                for (int column = 0; column < unit.length; column++) {
                    residual[row][column] -= factor * unit[column];
                }
            }
        }
        double squares = 0;
        for (double[] row : residual) {
            squares += TestMatrices.dot(row, row);
        }
        return Math.sqrt(squares);
    }
}
