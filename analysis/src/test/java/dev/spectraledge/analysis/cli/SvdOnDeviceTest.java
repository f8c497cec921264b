package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.decomposition.PlantedMatrix;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.cuda.EmulatedDevice;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code sedge svd --device cuda} on an emulated device. */
@Tag("emulated")
class SvdOnDeviceTest {
    @RegisterExtension
    private final EmulatedDevice device = new EmulatedDevice();

    @TempDir
    private Path folder;

    /** Whole; by a sketch; and where the sketch is wider than the rank, so that cuSOLVER's reflections take over. */
    @ParameterizedTest
    @CsvSource({"40, 24, 20", "24, 40, 20", "520, 515, 30"})
    void theValuesAreThoseOfTheHost(int rows, int columns, int count) {
        double[] values = PlantedMatrix.geometric(count, 0.7);
        Path file = PlantedMatrix.write(
                folder.resolve("m.safetensors"), DType.FLOAT32, Map.of("w", PlantedMatrix.of(rows, columns, values)));
        List<?> computed = singularValues(file);
        for (int index = 0; index < 4; index++) {
            assertThat((double) computed.get(index)).isCloseTo(values[index], within(1e-5));
        }
    }

    @Test
    void aPanelThatIsIllConditionedIsFactoredByReflectionsOfTheDevice() {
        Path file = PlantedMatrix.write(
                folder.resolve("m.safetensors"), DType.FLOAT64, Map.of("w", PlantedMatrix.of(30, 20, 2, 1)));
        Outcome outcome = sedge("svd", file, "--rank", 2, "--device", "cuda", "--json");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("\"householder_factorisations\" : 1");
    }

    private static List<?> singularValues(Path file) {
        Outcome outcome = sedge("svd", file, "--rank", 4, "--device", "cuda", "--json");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        List<?> matrices = (List<?>) Json.parseObject(outcome.out(), "output").get("matrices");
        return (List<?>) ((Map<?, ?>) matrices.getFirst()).get("singular_values");
    }
}
