package dev.spectraledge.analysis.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.SyntheticTrajectory;
import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineAnalysisTest {
    private static final int WINDOW = 4;
    private static final int SIZE = 24;
    private static final double LEARNING_RATE = 0.001;
    private static final double WEIGHT_DECAY = 0.5;
    private static final String QUERY_KEY_VALUE = "encoder.layers.0.self_attn.in_proj_weight";
    private static final String OUTPUT = "encoder.layers.0.self_attn.out_proj.weight";

    private final SyntheticTrajectory trajectory =
            new SyntheticTrajectory(4, 10, SIZE, LEARNING_RATE * WEIGHT_DECAY * 100, 0.05);

    @TempDir
    private Path folder;

    private Path checkpoints;
    private Path output;
    private OptionalLong stride = OptionalLong.empty();

    @BeforeEach
    void makeFolders() throws IOException {
        checkpoints = Files.createDirectory(folder.resolve("snapshots"));
        output = folder.resolve("analysis").resolve("deep");
    }

    /** The parameters split over two attention matrices, beside tensors of other subsets. */
    private void write(String name, double[] parameters, DType type, Map<String, String> metadata) {
        try (MemoryOwner owner = MemoryOwner.open("checkpoint")) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("tok_emb.weight", Tensor.allocate(owner, type, 3, 4));
            Tensor first = Tensor.allocate(owner, type, 4, 4);
            Tensor second = Tensor.allocate(owner, type, 2, 4);
            for (int index = 0; index < SIZE; index++) {
                Tensor target = index < 16 ? first : second;
                int position = index < 16 ? index : index - 16;
                target.set(parameters[index], position / 4, position % 4);
            }
            tensors.put(QUERY_KEY_VALUE, first);
            tensors.put(OUTPUT, second);
            tensors.put("encoder.layers.0.linear1.weight", Tensor.allocate(owner, type, 5, 4));
            tensors.put("encoder.layers.0.norm1.weight", Tensor.allocate(owner, type, 4));
            SafetensorsWriter.write(checkpoints.resolve(name), tensors, metadata);
        }
    }

    private void writeSteps(int... hundreds) {
        for (int hundred : hundreds) {
            write(
                    String.format("step_%06d.safetensors", 100 * hundred),
                    trajectory.parameters[hundred],
                    DType.FLOAT64,
                    Map.of("LR", "0.001", "WEIGHT_DECAY", "0.5"));
        }
    }

    private OfflineResult analyse(String subset, OptionalDouble learningRate, OptionalDouble weightDecay) {
        try (Workers workers = new Workers(1)) {
            OfflineSettings settings = new OfflineSettings(
                    checkpoints,
                    output,
                    stride,
                    List.of(WINDOW),
                    TensorSelection.of(subset),
                    false,
                    42,
                    false,
                    learningRate,
                    weightDecay);
            return new OfflineAnalysis(settings, workers, ReadProgress.silent()).run();
        }
    }

    private OfflineResult analyse() {
        return analyse("attention", OptionalDouble.empty(), OptionalDouble.empty());
    }

    private void requireFailure(String... parts) {
        assertThatThrownBy(this::analyse)
                .isInstanceOf(RunException.class)
                .satisfies(failure ->
                        assertThat(failure.getMessage()).contains(parts).doesNotContain("\n"));
    }

    @Test
    void rowsAreTheDiagnosticsOfTheDifferences() {
        writeSteps(0, 1, 2, 3, 4, 5, 6, 7, 8);
        OfflineResult result = analyse();
        assertThat(result.tensors()).containsExactly(QUERY_KEY_VALUE, OUTPUT);
        assertThat(result.parameters()).isEqualTo(SIZE);
        assertThat(result.windows()).isEqualTo(7);
        assertThat(result.segments()).isEqualTo(1);
        assertThat(result.tables()).containsExactly(output.resolve("spectrum.csv"), output.resolve("groups.csv"));
        CsvReader table = CsvReader.read(output.resolve("spectrum.csv"));
        WindowDiagnostics expected = new WindowDiagnostics(WINDOW, SIZE);
        List<String> columns = WindowDiagnostics.columns(WINDOW);
        for (int row = 0; row < table.rows(); row++) {
            assertThat(table.column("step")[row]).isEqualTo(100 * (row + 2));
            expected.compute(trajectory.history(WINDOW, DecaySource.NONE, row + 2, LEARNING_RATE));
            for (int column = 0; column < columns.size(); column++) {
                String name = columns.get(column);
                double value = expected.value(column);
                double actual = table.column(name)[row];
                if (Double.isNaN(value)) {
                    assertThat(actual).as("%s in row %d", name, row).isNaN();
                } else {
                    // Angles near 0 lose half of the digits of a product.
                    double scale = Math.max(1, Math.abs(value));
                    assertThat(actual).as("%s in row %d", name, row).isCloseTo(value, within(1e-7 * scale));
                }
            }
        }
    }

    @Test
    void aGapBetweenCheckpointsStartsANewWindow() {
        writeSteps(0, 1, 2, 3, 5, 7, 8, 9, 10);
        OfflineResult result = analyse();
        CsvReader table = CsvReader.read(output.resolve("spectrum.csv"));
        assertThat(table.column("step")).containsExactly(200, 300, 700, 900, 1000);
        assertThat(table.column("stride")).containsExactly(100, 100, 200, 100, 100);
        assertThat(table.column("window_updates")).containsExactly(2, 3, 2, 2, 3);
        assertThat(result.segments()).isEqualTo(3);
        double[] afterGap = trajectory.singularValues(7, 10);
        assertThat(table.column("sigma_1")[4]).isCloseTo(afterGap[0], within(1e-12));
        assertThat(table.column("sigma_3")[4]).isCloseTo(afterGap[2], within(1e-12));
        assertThat(table.column("sigma_4")[4]).isNaN();
    }

    @Test
    void aStrideLeavesOutWhatLiesBetween() {
        writeSteps(0, 1, 2, 3, 4, 6, 7, 8, 9, 10);
        stride = OptionalLong.of(200);
        OfflineResult result = analyse();
        assertThat(result.snapshots()).isEqualTo(6);
        CsvReader table = CsvReader.read(output.resolve("spectrum.csv"));
        assertThat(table.column("step")).containsExactly(400, 600, 800, 1000);
        assertThat(table.column("stride")).containsOnly(200);
        assertThat(table.column("window_updates")).containsExactly(2, 3, 4, 4);
    }

    @Test
    void aStrideBeginsANewWindowWhereItsChainBreaks() {
        writeSteps(0, 2, 4, 5, 7, 9);
        stride = OptionalLong.of(200);
        OfflineResult result = analyse();
        CsvReader table = CsvReader.read(output.resolve("spectrum.csv"));
        assertThat(table.column("step")).containsExactly(400, 900);
        assertThat(table.column("window_updates")).containsExactly(2, 2);
        assertThat(result.segments()).isEqualTo(2);
    }

    @Test
    void aStrideThatTheCheckpointsCannotGiveIsAMisunderstanding() {
        writeSteps(0, 1, 2, 4);
        stride = OptionalLong.of(150);
        assertThatThrownBy(this::analyse)
                .isInstanceOf(UsageException.class)
                .hasMessage("--stride cannot be 150: no three checkpoints in " + checkpoints
                        + " follow each other at 150 steps; neighbours are 100, 200 steps apart");
    }

    @Test
    void theDecayIsTakenFromFlagsThenMetadataThenTheConfiguration() throws IOException {
        for (int index = 0; index < 4; index++) {
            write("step_" + 100 * index + ".safetensors", trajectory.parameters[index], DType.FLOAT32, Map.of());
        }
        assertThat(analyse().learningRate()).isEmpty();
        CsvReader withoutDecay = CsvReader.read(output.resolve("spectrum.csv"));
        assertThat(withoutDecay.column("trapezoid_gradient_share_1")).containsOnly(Double.NaN);
        assertThat(Arrays.stream(withoutDecay.column("sigma_1"))).allMatch(value -> value > 0);
        Files.writeString(
                folder.resolve("config.json"), "{\"training\": {\"learningRate\": 0.001, \"weightDecay\": 0.5}}");
        OfflineResult configured = analyse();
        assertThat(configured.learningRate()).hasValue(0.001);
        assertThat(configured.weightDecay()).hasValue(0.5);
        OfflineResult given = analyse("attention", OptionalDouble.empty(), OptionalDouble.of(0));
        assertThat(given.weightDecay()).hasValue(0);
        assertThat(CsvReader.read(output.resolve("spectrum.csv")).column("trapezoid_gradient_share_1"))
                .containsOnly(1);
        writeSteps(4, 5);
        write("step_0.safetensors", trajectory.parameters[0], DType.FLOAT32, Map.of("LR", "0.002"));
        assertThat(analyse().learningRate()).hasValue(0.002);
    }

    /** A rate that falls by half from one checkpoint to the next is three quarters of the first in between. */
    @Test
    void ratesThatCheckpointsSayCountForTheirSteps() throws IOException {
        for (int index = 0; index < 3; index++) {
            write(
                    "step_" + 100 * index + ".safetensors",
                    trajectory.parameters[index],
                    DType.FLOAT64,
                    Map.of("LR", String.valueOf(0.004 / (1 << index)), "WEIGHT_DECAY", "0.5"));
        }
        assertThat(analyse().learningRate().orElseThrow()).isCloseTo(0.00225, within(1e-5));
        double varying = column("trapezoid_mean_product_1");
        OfflineResult given = analyse("attention", OptionalDouble.of(0.002), OptionalDouble.empty());
        assertThat(given.learningRate()).hasValue(0.002);
        assertThat(column("trapezoid_mean_product_1")).isNotCloseTo(varying, within(1e-9));
    }

    private double column(String name) {
        return CsvReader.read(output.resolve("spectrum.csv")).column(name)[0];
    }

    @Test
    void subsetsAreFoundByName() {
        writeSteps(0, 1, 2);
        assertThat(analyse("blocks", OptionalDouble.empty(), OptionalDouble.empty())
                        .tensors())
                .containsExactly(QUERY_KEY_VALUE, OUTPUT, "encoder.layers.0.linear1.weight");
        assertThat(analyse("all", OptionalDouble.empty(), OptionalDouble.empty())
                        .tensors())
                .hasSize(5);
    }

    @Test
    void aRunDirectoryIsReadFromItsCheckpoints() throws IOException {
        writeSteps(0, 1, 2);
        Path run = Files.createDirectory(folder.resolve("run"));
        Files.move(checkpoints, run.resolve("checkpoints"));
        checkpoints = run;
        assertThat(analyse().snapshots()).isEqualTo(3);
    }

    @Test
    void refusesWhatIsNotADirectoryOfCheckpoints() throws IOException {
        requireFailure(checkpoints + ": holds no checkpoints", "step_000100.safetensors");
        writeSteps(0, 1);
        requireFailure("2 checkpoints do not fill a window; at least 3");
        writeSteps(3, 10);
        requireFailure("no two neighbouring intervals");
        write("copy_000100.safetensors", trajectory.parameters[1], DType.FLOAT64, Map.of());
        requireFailure("copy_000100.safetensors and step_000100.safetensors are checkpoints of step 100");
        checkpoints = Files.createFile(folder.resolve("file"));
        requireFailure("cannot read directory " + checkpoints + ": not a directory");
        checkpoints = folder.resolve("nowhere");
        requireFailure("cannot read directory " + checkpoints + ": no such file or directory");
    }

    /** A finite number is called too large, not anything else. */
    @Test
    void refusesNumbersWhoseSquaresOverflow() {
        writeSteps(0, 1, 2);
        double[] large = trajectory.parameters[2].clone();
        large[17] = 1e200;
        write("step_000200.safetensors", large, DType.FLOAT64, Map.of());
        requireFailure("step_000200.safetensors", OUTPUT, "holds 1.0E200 at index [0, 1]", "too large to be squared");
        large[17] = -1e150;
        write("step_000200.safetensors", large, DType.FLOAT64, Map.of());
        assertThat(analyse().windows()).isEqualTo(1);
    }

    /** Both are finite in 32 bits, but their difference only in 64. */
    @Test
    void differencesAreTakenInDouble() {
        for (int step = 0; step < 3; step++) {
            double[] parameters = new double[SIZE];
            parameters[3] = step % 2 == 0 ? 3e38 : -3e38;
            write("step_00000" + step + ".safetensors", parameters, DType.FLOAT32, Map.of());
        }
        analyse();
        CsvReader table = CsvReader.read(output.resolve("spectrum.csv"));
        assertThat(table.column("update_norm")[0]).isCloseTo(6e38, within(1e31));
    }

    @Test
    void refusesCheckpointsThatDoNotFitOrAreBroken() throws IOException {
        writeSteps(0, 1, 2);
        double[] broken = trajectory.parameters[2].clone();
        broken[17] = Double.NaN;
        write("step_000200.safetensors", broken, DType.FLOAT64, Map.of());
        requireFailure("step_000200.safetensors", OUTPUT, "NaN", "[0, 1]");
        try (MemoryOwner owner = MemoryOwner.open("checkpoint")) {
            Map<String, Tensor> other = Map.of(
                    QUERY_KEY_VALUE,
                    Tensor.allocate(owner, DType.FLOAT64, 4, 5),
                    OUTPUT,
                    Tensor.allocate(owner, DType.FLOAT64, 2, 4));
            SafetensorsWriter.write(checkpoints.resolve("step_000200.safetensors"), other, Map.of());
            requireFailure("step_000200.safetensors", "shape [4, 5], in step_000000.safetensors it is [4, 4]");
            SafetensorsWriter.write(
                    checkpoints.resolve("step_000200.safetensors"),
                    Map.of("weights", Tensor.allocate(owner, DType.FLOAT64, 4, 4)),
                    Map.of());
            requireFailure("step_000200.safetensors", "has no tensor '" + QUERY_KEY_VALUE + "'");
        }
        Files.write(checkpoints.resolve("step_000200.safetensors"), new byte[] {1, 2, 3});
        requireFailure("step_000200.safetensors", "truncated");
    }

    @Test
    void refusesCheckpointsWithoutTheSubset() {
        try (MemoryOwner owner = MemoryOwner.open("checkpoint")) {
            for (int step = 0; step < 3; step++) {
                SafetensorsWriter.write(
                        checkpoints.resolve("step_" + step + ".safetensors"),
                        Map.of("wte.weight", Tensor.allocate(owner, DType.FLOAT32, 4, 4)),
                        Map.of());
            }
        }
        requireFailure("no tensor of the attention subset", "the matrices of attention", "wte.weight");
    }

    @Test
    void refusesMetadataThatIsNotANumber() {
        writeSteps(1, 2);
        write("step_000000.safetensors", trajectory.parameters[0], DType.FLOAT64, Map.of("LR", "fast"));
        requireFailure("metadata LR is 'fast', not a number");
    }
}
