package dev.spectraledge.kernels.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SketchedWindowTest {
    private static final int SEEDS = 50;
    private static final int WINDOW = 6;
    private static final int PARAMETERS = 1000;

    private final Backend backend = new CpuBackend();
    private MemoryOwner owner;

    @BeforeEach
    void open() {
        owner = MemoryOwner.open("sketched window test");
    }

    @AfterEach
    void close() {
        owner.close();
    }

    /** The last singular value relative to the first: a steep spectrum, a gentle one, one that cannot be told apart. */
    @ParameterizedTest
    @CsvSource({"GAUSSIAN, 1e-5", "GAUSSIAN, 0.1", "GAUSSIAN, 1", "SPARSE_SIGN, 1e-5", "SPARSE_SIGN, 0.1"})
    void errorsAreAsCertified(SketchOperator.Kind kind, double last) {
        double[] exact = TestMatrices.geometric(WINDOW, last);
        Tensor updates = TestMatrices.tensor(
                owner, DType.FLOAT64, TestMatrices.withSingularValues(exact, WINDOW, PARAMETERS, 1));
        WindowSpectrum spectrum = new WindowSpectrum(1, WINDOW);
        double squaredErrors = 0;
        double squaredEstimates = 0;
        double worst = 0;
        try (Workers workers = new Workers(1)) {
            for (long seed = 0; seed < SEEDS; seed++) {
                try (MemoryOwner scratch = MemoryOwner.open("one sketch")) {
                    SketchedWindow window = window(scratch, workers, kind, 1, seed);
                    for (int row = 0; row < WINDOW; row++) {
                        window.add(updates.slice(0, row, row + 1L));
                    }
                    window.spectrum(spectrum);
                    for (int index = 0; index < WINDOW; index++) {
                        double error = spectrum.singularValue(0, index) / exact[index] - 1;
                        assertThat(Math.abs(error)).isLessThan(spectrum.relativeErrorBound(0, index));
                        squaredErrors += error * error;
                        double estimate = spectrum.relativeStandardError(0, index);
                        squaredEstimates += estimate * estimate;
                        worst = Math.max(worst, Math.abs(error));
                    }
                }
            }
        }
        double ratio = Math.sqrt(squaredErrors / squaredEstimates);
        System.out.printf(
                "%s, σ_W/σ_1 = %.0e: rms error %.3f, largest %.3f, rms/estimate %.2f (0.5 to 1.5)%n",
                kind, last, Math.sqrt(squaredErrors / SEEDS / WINDOW), worst, ratio);
        assertThat(ratio).isBetween(0.5, 1.5);
    }

    @Test
    void normsAndTraceAreExactAndOldUpdatesLeave() {
        double[][] updates = TestMatrices.gaussian(9, PARAMETERS, 3);
        Tensor rows = TestMatrices.tensor(owner, DType.FLOAT64, updates);
        try (Workers workers = new Workers(2)) {
            SketchedWindow window = window(owner, workers, SketchOperator.Kind.SPARSE_SIGN, 1, 7);
            WindowSpectrum spectrum = new WindowSpectrum(1, WINDOW);
            for (int update = 0; update < 9; update++) {
                window.add(rows.slice(0, update, update + 1L));
                window.spectrum(spectrum);
                double trace = 0;
                for (int row = 0; row < spectrum.rows(); row++) {
                    double[] expected = updates[update + 1 - spectrum.rows() + row];
                    double square = TestMatrices.dot(expected, expected);
                    assertThat(window.squaredNorm(0, row)).isCloseTo(square, within(1e-12 * square));
                    trace += square;
                }
                assertThat(spectrum.trace(0)).isCloseTo(trace, within(1e-12 * trace));
                assertThat(window.normDistortion(0)).isBetween(1e-6, 6 / Math.sqrt(2 * 60));
            }
        }
    }

    @Test
    void doesNotDependOnTheNumberOfThreads() {
        int parameters = 40_000;
        Tensor rows = TestMatrices.tensor(owner, DType.FLOAT32, TestMatrices.gaussian(4, parameters, 4));
        WindowSpectrum reference = new WindowSpectrum(1, 4);
        for (int threads = 1; threads <= 3; threads++) {
            try (Workers workers = new Workers(threads)) {
                SketchedWindow window = new SketchedWindow(
                        backend,
                        workers,
                        owner,
                        SketchedWindow.operator(SketchOperator.Kind.SPARSE_SIGN, 40, new PhiloxKey(5, 6)),
                        1,
                        4,
                        parameters);
                for (int row = 0; row < 4; row++) {
                    window.add(rows.slice(0, row, row + 1L));
                }
                WindowSpectrum spectrum = threads == 1 ? reference : new WindowSpectrum(1, 4);
                window.spectrum(spectrum);
                for (int row = 0; row < 4; row++) {
                    // The sketches are the same bits; only the products of d numbers are added in another order.
                    double expected = reference.singularValue(0, row);
                    assertThat(spectrum.singularValue(0, row)).isCloseTo(expected, within(1e-14 * expected));
                }
            }
        }
    }

    @Test
    void restoredStateContinuesBitForBit() {
        Tensor rows = TestMatrices.tensor(owner, DType.FLOAT32, TestMatrices.gaussian(12, 2 * PARAMETERS, 5))
                .reshape(12, 2, PARAMETERS);
        try (Workers workers = new Workers(2)) {
            SketchedWindow original = window(owner, workers, SketchOperator.Kind.SPARSE_SIGN, 2, 8);
            SketchedWindow restored = window(owner, workers, SketchOperator.Kind.SPARSE_SIGN, 2, 8);
            WindowSpectrum expected = new WindowSpectrum(2, WINDOW);
            WindowSpectrum actual = new WindowSpectrum(2, WINDOW);
            for (int update = 0; update < 8; update++) {
                original.add(rows.at(update));
            }
            Map<String, Tensor> target = restored.state();
            original.state().forEach((name, tensor) -> backend.copy(tensor, target.get(name)));
            for (int update = 8; update < 12; update++) {
                original.add(rows.at(update));
                restored.add(rows.at(update));
                original.spectrum(expected);
                restored.spectrum(actual);
                for (int run = 0; run < 2; run++) {
                    assertThat(actual.trace(run)).isEqualTo(expected.trace(run));
                    for (int index = 0; index < WINDOW; index++) {
                        assertThat(actual.singularValue(run, index)).isEqualTo(expected.singularValue(run, index));
                    }
                }
            }
        }
    }

    @Tag("garbage")
    @Test
    void updatesAllocateNothing() {
        try (Workers workers = new Workers(1)) {
            SketchedWindow window = window(owner, workers, SketchOperator.Kind.SPARSE_SIGN, 1, 9);
            Tensor update = TestMatrices.tensor(owner, DType.FLOAT32, TestMatrices.gaussian(1, PARAMETERS, 6));
            WindowSpectrum spectrum = new WindowSpectrum(1, WINDOW);
            assertThat(Allocations.bytesPerCall(() -> {
                        window.add(update);
                        window.spectrum(spectrum);
                    }))
                    .isLessThan(1);
        }
    }

    @Test
    void refusesBadInput() {
        try (Workers workers = new Workers(1)) {
            SketchOperator small = new SketchOperator(SketchOperator.Kind.GAUSSIAN, 3, 1, new PhiloxKey(1, 1));
            assertThatThrownBy(() -> new SketchedWindow(backend, workers, owner, small, 1, 4, 100))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3 rows");
            SketchOperator stream = new SketchOperator(SketchOperator.Kind.GAUSSIAN, 9, 1, new PhiloxKey(1, 1L << 40));
            assertThatThrownBy(() -> new SketchedWindow(backend, workers, owner, stream, 1, 4, 100))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("stream");
            SketchedWindow window = window(owner, workers, SketchOperator.Kind.GAUSSIAN, 1, 1);
            assertThatThrownBy(() -> window.add(Tensor.allocate(owner, DType.FLOAT32, 1, 5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[1, 1000]");
        }
    }

    private SketchedWindow window(MemoryOwner memory, Workers workers, SketchOperator.Kind kind, int runs, long seed) {
        SketchOperator operator = SketchedWindow.operator(kind, 10 * WINDOW, new PhiloxKey(seed, 2));
        return new SketchedWindow(backend, workers, memory, operator, runs, WINDOW, PARAMETERS);
    }
}
