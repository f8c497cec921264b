package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static dev.spectraledge.analysis.cli.CommandLineRunner.sedgeInto;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.report.SampleRun;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results that do not arrive: what was printed is whole, or the exit code says that it is not. */
class LostOutputTest {
    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    private Path folder;

    @BeforeEach
    void aSweepAndARun() throws IOException {
        SampleRun.writeTo(folder.resolve("run"));
        Path file = Files.writeString(folder.resolve("sweep.yaml"), "task: dyck\nsweep: {seeds: 2}\n");
        assertThat(sedge("sweep", "plan", file, "-o", folder.resolve("sweep")).exitCode())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "report --json DIR/run",
                "report DIR/run",
                "sweep status --json DIR/sweep",
                "sweep status DIR/sweep",
                "sweep plan --dry-run --json DIR/sweep.yaml -o DIR/sweep",
                "sweep slurm DIR/sweep --array-size 2 --program /bin/true",
                "run dyck --print-config",
                "run dyck --print-config --json",
                "experiment list",
                "--help",
                "run --help",
                "--version"
            })
    void aFullDeviceIsAFailure(String command) throws IOException {
        assumeTrue(Files.exists(FULL), "Linux has a device that is always full");
        Object[] arguments = command.replace("DIR", folder.toString()).split(" ");
        Outcome whole = sedge(arguments);
        assertThat(whole.exitCode()).as(whole.err()).isZero();
        assertThat(whole.out()).isNotEmpty();
        try (OutputStream full = new FileOutputStream(FULL.toFile())) {
            Outcome lost = sedgeInto(full, arguments);
            assertThat(lost.err().lines())
                    .containsExactly("sedge: cannot write to standard output: No space left on device");
            assertThat(lost.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void aReaderThatHasSeenEnoughIsToldNothing() {
        Outcome cut = sedgeInto(new ClosedPipe(), "--help");
        assertThat(cut.err()).isEmpty();
        assertThat(cut.exitCode()).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeUnderstoodRemainsTheReason() {
        assertThat(sedgeInto(new ClosedPipe(), "report").exitCode()).isEqualTo(2);
    }

    private static final class ClosedPipe extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            throw new IOException("Broken pipe");
        }
    }
}
