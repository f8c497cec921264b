package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.kernels.cuda.EmulatedDevice;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Sketches are made on the host: a device is refused before anything is written. */
@Tag("emulated")
class SketchStorageOnDeviceTest {
    @RegisterExtension
    private final EmulatedDevice device = new EmulatedDevice();

    @TempDir
    private Path folder;

    @Test
    void aDeviceIsRefusedInOneLine() {
        Path out = folder.resolve("run");
        Outcome outcome = sedge("run", "dyck", "--device", "cuda", "--storage", "sketch", "--out", out);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines())
                .containsExactly("sedge: observers.paper.storage=sketch is computed on the cpu only; choose device=cpu,"
                        + " or storage=float32");
        assertThat(out).doesNotExist();
    }
}
