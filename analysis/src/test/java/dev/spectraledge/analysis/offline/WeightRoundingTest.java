package dev.spectraledge.analysis.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same checkpoints whole and rounded: their windows differ by what rounding does. */
class WeightRoundingTest {
    private static final String NAME = "layers.0.self_attn.q_proj.weight";
    private static final int PARAMETERS = 4000;
    private static final int CHECKPOINTS = 12;
    private static final int WINDOW = 4;
    private static final double ROUNDOFF = Math.pow(2, -8);

    @TempDir
    private Path folder;

    /** Weights of size 1 that move by so much of it from checkpoint to checkpoint. */
    private void write(double motion) throws IOException {
        Files.createDirectories(folder.resolve("whole"));
        Files.createDirectories(folder.resolve("half"));
        Random random = new Random(3);
        double[] weights = random.doubles(PARAMETERS, -1, 1).toArray();
        for (int step = 0; step < CHECKPOINTS; step++) {
            try (MemoryOwner owner = MemoryOwner.open("checkpoint")) {
                Tensor tensor = Tensor.allocate(owner, DType.FLOAT32, PARAMETERS / 4, 4);
                for (int index = 0; index < PARAMETERS; index++) {
                    weights[index] += motion * random.nextGaussian();
                    tensor.set(weights[index], index / 4, index % 4);
                }
                String file = "step_" + step + ".safetensors";
                SafetensorsWriter.write(folder.resolve("whole").resolve(file), Map.of(NAME, tensor), Map.of());
                SafetensorsWriter.writeRounded(folder.resolve("half").resolve(file), Map.of(NAME, tensor), Map.of());
            }
        }
    }

    private CsvReader analysed(String which) {
        try (Workers workers = new Workers(1)) {
            Path output = folder.resolve(which + "-analysis");
            OfflineSettings settings = new OfflineSettings(
                    folder.resolve(which),
                    output,
                    OptionalLong.empty(),
                    List.of(WINDOW),
                    TensorSelection.of("attention"),
                    false,
                    1,
                    false,
                    OptionalDouble.empty(),
                    OptionalDouble.empty());
            new OfflineAnalysis(settings, workers, ReadProgress.silent()).run();
            return CsvReader.read(output.resolve("spectrum.csv"));
        }
    }

    /** ‖θ‖ of each checkpoint as it is kept. */
    private List<Double> norms() {
        List<Double> norms = new ArrayList<>();
        for (int step = 0; step < CHECKPOINTS; step++) {
            try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("half/step_" + step + ".safetensors"));
                    MemoryOwner owner = MemoryOwner.open("weights")) {
                Tensor tensor = file.read(owner, NAME);
                double square = 0;
                for (int index = 0; index < PARAMETERS; index++) {
                    square += Math.pow(tensor.get(index / 4, index % 4), 2);
                }
                norms.add(Math.sqrt(square));
            }
        }
        return norms;
    }

    @Test
    void singularValuesAreWithinTheBound() throws IOException {
        write(0.01);
        CsvReader whole = analysed("whole");
        CsvReader half = analysed("half");
        assertThat(whole.columns()).doesNotContain("sigma_error_bound");
        double[] bounds = half.column("sigma_error_bound");
        List<Double> norms = norms();
        for (int row = WINDOW - 2; row < bounds.length; row++) {
            double sum = 0;
            // The first row is the window of two updates, which ends with checkpoint 2.
            for (int end = row + 3 - WINDOW; end <= row + 2; end++) {
                sum += Math.pow(norms.get(end) + norms.get(end - 1), 2);
            }
            assertThat(bounds[row]).isCloseTo(ROUNDOFF / (1 - ROUNDOFF) * Math.sqrt(sum), within(1e-9 * bounds[row]));
            for (int mode = 1; mode <= WINDOW; mode++) {
                double difference = Math.abs(half.column("sigma_" + mode)[row] - whole.column("sigma_" + mode)[row]);
                assertThat(difference).isPositive().isLessThan(bounds[row]);
            }
        }
    }

    /** Updates far below the digits that are kept: the spectrum is that of rounding, and its bound says so. */
    @Test
    void whatIsRoundingAloneIsBelowTheBound() throws IOException {
        write(1e-4);
        CsvReader half = analysed("half");
        double[] bounds = half.column("sigma_error_bound");
        for (int row = 0; row < bounds.length; row++) {
            assertThat(half.column("sigma_1")[row]).isPositive().isLessThan(bounds[row]);
        }
        assertThat(half.column("sigma_1")[bounds.length - 1])
                .isGreaterThan(3 * analysed("whole").column("sigma_1")[bounds.length - 1]);
    }
}
