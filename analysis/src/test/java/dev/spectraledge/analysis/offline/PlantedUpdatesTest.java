package dev.spectraledge.analysis.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.checkpoint.CheckpointSeries;
import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints whose updates are known. */
class PlantedUpdatesTest {
    private static final int PARAMETERS = 40_000;
    private static final int CHECKPOINTS = 26;
    private static final int WINDOW = 5;
    /** Twenty blocks with a vector object each make more; longer texts of larger shapes make less. */
    private static final long LEAST_GARBAGE = 1500;

    private static final int MOST_CALLS = 400;
    private static final String NAME = "layers.0.self_attn.q_proj.weight";

    @TempDir
    private Path folder;

    private interface Update {
        double of(int step, int index);
    }

    private void write(Update update, DType type, int parameters) {
        double[] values = new double[parameters];
        for (int step = 0; step < CHECKPOINTS; step++) {
            try (MemoryOwner owner = MemoryOwner.open("checkpoint")) {
                Tensor tensor = Tensor.allocate(owner, type, parameters / 4, 4);
                for (int index = 0; index < parameters; index++) {
                    values[index] += step == 0 ? 1 : update.of(step, index);
                    if (type == DType.FLOAT64) {
                        tensor.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, index, values[index]);
                    } else {
                        tensor.segment().setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) values[index]);
                    }
                }
                SafetensorsWriter.write(
                        folder.resolve("step_" + step + ".safetensors"), Map.of(NAME, tensor), Map.of());
            }
        }
    }

    private OfflineResult analyse() {
        try (Workers workers = new Workers(2)) {
            OfflineSettings settings = new OfflineSettings(
                    folder,
                    folder.resolve("out"),
                    OptionalLong.empty(),
                    List.of(WINDOW),
                    TensorSelection.of("attention"),
                    true,
                    1,
                    false,
                    OptionalDouble.empty(),
                    OptionalDouble.empty());
            return new OfflineAnalysis(settings, workers, ReadProgress.silent()).run();
        }
    }

    private CsvReader table(String name) {
        return CsvReader.read(folder.resolve("out").resolve(name));
    }

    /** Two directions, one along even and one along odd elements, whose strengths take turns, in noise. */
    @Test
    void twoDirectionsAreTheEdge() {
        Random noise = new Random(2);
        write(
                (step, index) -> (index % 2 == 0 ? Math.cos(step) : 0.5 * Math.sin(step)) + 0.01 * noise.nextGaussian(),
                DType.FLOAT32,
                PARAMETERS);
        analyse();
        CsvReader spectrum = table("spectrum.csv");
        double[] edge = spectrum.column("k_star");
        double[] rows = spectrum.column("window_updates");
        for (int row = 0; row < edge.length; row++) {
            if (rows[row] == WINDOW) {
                assertThat(edge[row]).isEqualTo(2);
                // The directions of strength 100 √Σcos² and 50 √Σsin² against noise of 0.01 √40,000 = 2.
                assertThat(spectrum.column("sigma_3")[row]).isCloseTo(2, within(0.1));
            }
        }
        assertThat(Arrays.stream(table("spectrum_null.csv").column("gap_ratio_exceedance"))
                        .min())
                .hasValue(0.01);
    }

    @Test
    void noiseHasNoEdgeThatIndependentUpdatesLack() {
        Random noise = new Random(4);
        write((step, index) -> 0.01 * noise.nextGaussian(), DType.FLOAT32, PARAMETERS);
        analyse();
        CsvReader nulls = table("spectrum_null.csv");
        double[] exceedance = nulls.column("gap_ratio_exceedance");
        double[] model = nulls.column("null");
        int rejected = 0;
        int tested = 0;
        for (int row = 0; row < exceedance.length; row++) {
            if (model[row] == 0) {
                tested++;
                rejected += exceedance[row] <= 0.05 ? 1 : 0;
            }
        }
        assertThat(tested).isEqualTo(3 * (CHECKPOINTS - 2));
        // At a level of 5 % the chance of more than a fifth of the windows, which share updates, is small.
        assertThat(rejected).isLessThan(tested / 5);
    }

    /** Powers of two, so that no number is rounded: all singular values but the first are 0. */
    @Test
    void aStraightLineHasNoEdgeThatIsAFact() {
        write((step, index) -> 0x1p-10, DType.FLOAT64, PARAMETERS);
        OfflineResult result = analyse();
        assertThat(result.unresolved()).isEqualTo(result.windows());
        assertThat(CsvReader.read(folder.resolve("out/spectrum.csv")).column("sigma_1")[CHECKPOINTS - 3])
                .isCloseTo(0x1p-10 * Math.sqrt(WINDOW * (double) PARAMETERS), within(1e-12));
    }

    /** What a pass allocates does not grow with the tensors: a block makes no garbage, once it is compiled. */
    @Test
    @Tag("garbage")
    void aBlockMakesNoGarbage() {
        long[] bytes = new long[2];
        for (int large = 0; large < bytes.length; large++) {
            int parameters = large == 0 ? 4 : 320_000;
            write((step, index) -> 0.5, DType.FLOAT32, parameters);
            CheckpointSeries series = CheckpointSeries.of(folder);
            List<Long> steps = List.copyOf(series.steps().keySet());
            CheckpointProducts none = CheckpointProducts.none(
                    List.of(new TensorGroup("all", "all", true, List.of(NAME), parameters)), WINDOW + 1);
            bytes[large] = Long.MAX_VALUE;
            try (Workers workers = new Workers(1)) {
                for (int call = 0;
                        call < MOST_CALLS && (large == 0 ? call < 20 : bytes[1] - bytes[0] >= LEAST_GARBAGE);
                        call++) {
                    bytes[large] = Math.min(
                            bytes[large],
                            Allocations.bytes(() -> none.extend(series, steps, workers, ReadProgress.silent())));
                }
            }
        }
        assertThat(bytes[1] - bytes[0]).isLessThan(LEAST_GARBAGE);
    }
}
