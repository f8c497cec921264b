package dev.spectraledge.analysis.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.linalg.DenseFactorizations;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecompositionTest {
    /** Other tests of the same virtual machine may have left some open. */
    private final List<String> ownersBefore = MemoryOwner.live();

    private static final MemoryLimit PLENTY = new MemoryLimit(1e10, "this machine");

    @TempDir
    private Path folder;

    @AfterEach
    void nothingLeaks() {
        assertThat(MemoryOwner.live()).isEqualTo(ownersBefore);
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 600, 560", "FLOAT64, 600, 560", "FLOAT32, 530, 1200", "FLOAT32, 30, 90", "FLOAT64, 90, 30"})
    void matricesHaveTheirPlantedValuesBetweenTheBounds(DType type, int rows, int columns) {
        double[] values = PlantedMatrix.geometric(25, 0.8);
        Path file = PlantedMatrix.write(
                folder.resolve("m.safetensors"), type, Map.of("w", PlantedMatrix.of(rows, columns, values)));
        CertifiedSpectrum spectrum = run(List.of(file), Method.RANDOMIZED, 8, RowKind.UPDATES, PLENTY)
                .spectra()
                .getFirst();
        assertThat(spectrum.rows()).isEqualTo(rows);
        assertThat(spectrum.columns()).isEqualTo(columns);
        assertBounded(spectrum, values);
        // The sketch has 18 columns: what lies beyond them is 0.8^18, and the bounds see it squared.
        for (int index = 0; index < 8; index++) {
            assertThat(spectrum.upper()[index]).isLessThan(values[index] + 0.03);
        }
        double tail = tail(values, 8);
        assertThat((double) spectrum.certificate().get("frobenius_residual")).isCloseTo(tail, within(1e-3 * tail));
        assertThat((double) spectrum.certificate().get("spectral_residual_bound"))
                .isBetween(values[8], 1.3 * values[8]);
    }

    @Test
    void everyMatrixOfEveryFileIsTaken() {
        Map<String, double[][]> matrices = new LinkedHashMap<>();
        matrices.put("a", PlantedMatrix.of(6, 4, 3, 2));
        matrices.put("b", PlantedMatrix.of(3, 5, 1));
        Path first = PlantedMatrix.write(folder.resolve("one.safetensors"), DType.FLOAT32, matrices);
        Path second = PlantedMatrix.write(folder.resolve("two.safetensors"), DType.FLOAT32, matrices);
        DecompositionResult result = run(List.of(first, second), Method.RANDOMIZED, 2, RowKind.UPDATES, PLENTY);
        assertThat(result.spectra())
                .extracting(CertifiedSpectrum::name)
                .containsExactly(
                        "one.safetensors: a", "one.safetensors: b", "two.safetensors: a", "two.safetensors: b");
        assertThat(result.spectra().getFirst().values()).containsExactly(new double[] {3, 2}, within(1e-5));
    }

    @ParameterizedTest
    @CsvSource({
        "STREAMING, FLOAT32",
        "STREAMING, FLOAT64",
        "FREQUENT_DIRECTIONS, FLOAT32",
        "FREQUENT_DIRECTIONS, FLOAT64"
    })
    void trajectoriesHaveTheirPlantedValuesBetweenTheBounds(Method method, DType type) {
        double[] values = PlantedMatrix.geometric(40, 0.7);
        List<Path> files = PlantedMatrix.writeTrajectory(folder, type, PlantedMatrix.of(150, 3000, values));
        CertifiedSpectrum spectrum =
                run(files, method, 5, RowKind.UPDATES, PLENTY).spectra().getFirst();
        assertThat(spectrum.rows()).isEqualTo(150);
        assertThat(spectrum.columns()).isEqualTo(3000);
        assertBounded(spectrum, values);
        for (int index = 0; index < 3; index++) {
            assertThat(spectrum.upper()[index] - spectrum.lower()[index]).isLessThan(0.1);
        }
    }

    /** One pass over the files sees what a decomposition of the whole matrix sees: the rank is as large as the trajectory's. */
    @ParameterizedTest
    @CsvSource({"STREAMING", "FREQUENT_DIRECTIONS"})
    void aPassOverTheFilesIsTheWholeMatrixToRounding(Method method) {
        double[][] updates = PlantedMatrix.of(12, 900, 4, 3, 2, 1, 0.5);
        List<Path> files = PlantedMatrix.writeTrajectory(folder, DType.FLOAT32, updates);
        Path whole = PlantedMatrix.write(folder.resolve("whole.safetensors"), DType.FLOAT32, Map.of("rows", updates));
        CertifiedSpectrum streamed =
                run(files, method, 6, RowKind.UPDATES, PLENTY).spectra().getFirst();
        CertifiedSpectrum batch = run(List.of(whole), Method.RANDOMIZED, 6, RowKind.UPDATES, PLENTY)
                .spectra()
                .getFirst();
        for (int index = 0; index < 5; index++) {
            assertThat(streamed.values()[index]).isCloseTo(batch.values()[index], within(2e-5));
        }
        assertThat(streamed.frobeniusNorm()).isCloseTo(batch.frobeniusNorm(), within(1e-5));
    }

    @Test
    void snapshotsCanBeTheRowsThemselves() {
        double[][] updates = PlantedMatrix.of(9, 400, 2, 1);
        List<Path> files = PlantedMatrix.writeTrajectory(folder, DType.FLOAT64, updates);
        CertifiedSpectrum spectrum = run(files, Method.FREQUENT_DIRECTIONS, 3, RowKind.SNAPSHOTS, PLENTY)
                .spectra()
                .getFirst();
        assertThat(spectrum.rows()).isEqualTo(10);
        double squares = 0;
        double[] sum = new double[400];
        for (double[] update : updates) {
            for (int column = 0; column < 400; column++) {
                sum[column] += update[column];
                squares += sum[column] * sum[column];
            }
        }
        assertThat(spectrum.frobeniusNorm()).isCloseTo(Math.sqrt(squares), within(1e-12));
    }

    /** What is needed does not grow with the number of files, and less than that is refused by its size. */
    @ParameterizedTest
    @CsvSource({"STREAMING", "FREQUENT_DIRECTIONS"})
    void aTrajectoryIsNeverWholeInMemory(Method method) {
        double[][] updates = PlantedMatrix.of(120, 800, 2, 1);
        List<Path> files = PlantedMatrix.writeTrajectory(folder, DType.FLOAT32, updates);
        double whole = 120.0 * 800 * Float.BYTES;
        assertThat(run(files, method, 1, RowKind.UPDATES, new MemoryLimit(whole / 2, "this machine"))
                        .spectra())
                .hasSize(1);
        assertThatThrownBy(() -> run(files, method, 1, RowKind.UPDATES, new MemoryLimit(8000, "this machine")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("a trajectory of 800 parameters needs")
                .hasMessageContaining("--rank");
    }

    @Test
    void filesThatDifferAreRefused() {
        Path first = PlantedMatrix.write(
                folder.resolve("a.safetensors"), DType.FLOAT32, Map.of("w", PlantedMatrix.of(8, 8, 1)));
        Path second = PlantedMatrix.write(
                folder.resolve("b.safetensors"), DType.FLOAT32, Map.of("w", PlantedMatrix.of(8, 9, 1)));
        assertThatThrownBy(() -> run(List.of(first, second), Method.STREAMING, 1, RowKind.UPDATES, PLENTY))
                .isInstanceOf(RunException.class)
                .hasMessage(second + ": tensor 'w' has shape [8, 9], in a.safetensors it is [8, 8]");
    }

    @Test
    void updatesThatOverflowAreRefused() {
        Path first = PlantedMatrix.write(folder.resolve("a.safetensors"), DType.FLOAT32, Map.of("w", new double[][] {
            {3e38, 1, 2, 3}
        }));
        Path second = PlantedMatrix.write(folder.resolve("b.safetensors"), DType.FLOAT32, Map.of("w", new double[][] {
            {-3e38, 1, 2, 3}
        }));
        assertThatThrownBy(() -> run(List.of(first, second), Method.FREQUENT_DIRECTIONS, 1, RowKind.UPDATES, PLENTY))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("overflow");
        Path wide = PlantedMatrix.write(folder.resolve("c.safetensors"), DType.FLOAT64, Map.of("w", new double[][] {
            {1e200, 1}, {1, 1}
        }));
        assertThatThrownBy(() -> run(List.of(wide), Method.RANDOMIZED, 1, RowKind.UPDATES, PLENTY))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("tensor 'w'")
                .hasMessageContaining("too large to be squared");
    }

    private static DecompositionResult run(List<Path> files, Method method, int rank, RowKind rows, MemoryLimit limit) {
        try (Workers workers = new Workers(2)) {
            return new Decomposition(
                            new DecompositionSettings(files, method, rank, ParameterSubset.ALL, rows, 1),
                            new CpuBackend(),
                            workers,
                            DenseFactorizations.LAPACK,
                            limit)
                    .run();
        }
    }

    private static void assertBounded(CertifiedSpectrum spectrum, double[] values) {
        for (int index = 0; index < spectrum.values().length; index++) {
            assertThat(values[index]).isBetween(spectrum.lower()[index], spectrum.upper()[index]);
            assertThat(spectrum.values()[index]).isBetween(spectrum.lower()[index], spectrum.upper()[index]);
        }
    }

    private static double tail(double[] values, int from) {
        double sum = 0;
        for (int index = from; index < values.length; index++) {
            sum += values[index] * values[index];
        }
        return Math.sqrt(sum);
    }
}
