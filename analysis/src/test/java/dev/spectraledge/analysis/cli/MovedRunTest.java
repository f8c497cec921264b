package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.kernels.cuda.EmulatedDevice;
import dev.spectraledge.trainer.io.CsvReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run that goes on on another device, which is an emulated one, is the same run up to rounding. */
@Tag("emulated")
class MovedRunTest {
    private static final int STEPS = 8;

    @RegisterExtension
    private final EmulatedDevice device = new EmulatedDevice().withoutAccessChecks();

    @TempDir
    private Path folder;

    private static Outcome run(int steps, String device, Path out) {
        Outcome outcome = sedge(
                "run",
                "dyck",
                "model.width=8",
                "model.heads=2",
                "model.feedForwardWidth=8",
                "task.sequences=60",
                "training.batchSize=6",
                "training.stopOn=null",
                "training.trace=true",
                "observers=[{name: steps, stride: 1, window: 5}, {name: thirds, stride: 3, window: 4}]",
                "--precision",
                "float64",
                "--steps",
                steps,
                "--device",
                device,
                "--threads",
                1,
                "--out",
                out);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome;
    }

    @ParameterizedTest
    @CsvSource({"cpu, cuda", "cuda, cpu"})
    void goesOnElsewhere(String from, String to) throws Exception {
        Path stayed = folder.resolve("stayed");
        run(STEPS, from, stayed);
        Path moved = folder.resolve("moved");
        run(STEPS / 2, from, moved);
        Outcome outcome = sedge("run", "--resume", moved, "--steps", STEPS, "--device", to);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("device " + from + " → " + to + "; the last bits may differ");
        assertThat(Files.readString(moved.resolve("changes.json"))).contains("\"to\" : \"" + to + "\"");
        requireClose(stayed, moved, "trace.csv", "loss", STEPS);
        requireClose(stayed, moved, "spectrum.csv", "sigma_1", STEPS - 1);
        requireClose(stayed, moved, "spectrum_thirds.csv", "decay_share_1", STEPS / 3 - 1);
    }

    private static void requireClose(Path stayed, Path moved, String file, String column, int rows) {
        double[] expected = CsvReader.read(stayed.resolve(file)).column(column);
        double[] actual = CsvReader.read(moved.resolve(file)).column(column);
        assertThat(expected).hasSize(rows);
        assertThat(actual).containsExactly(expected, within(1e-9));
    }
}
