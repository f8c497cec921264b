package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.cuda.EmulatedCuda;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sketches are made on the host: a device is refused before anything is written. */
@Tag("emulated")
class SketchStorageOnDeviceTest {
    /** Other tests of the same virtual machine may have left some open. */
    private final List<String> ownersBefore = MemoryOwner.live();

    @TempDir
    private Path folder;

    @Test
    void aDeviceIsRefusedInOneLine() {
        EmulatedCuda machine = EmulatedCuda.start();
        machine.reset();
        Path out = folder.resolve("run");
        Outcome outcome = sedge("run", "dyck", "--device", "cuda", "--storage", "sketch", "--out", out);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines())
                .containsExactly("sedge: observers.paper.storage=sketch is computed on the cpu only; choose device=cpu,"
                        + " or storage=float32");
        assertThat(out).doesNotExist();
        machine.reset();
        assertThat(MemoryOwner.live()).isEqualTo(ownersBefore);
    }
}
