package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchOptionsTest {
    @TempDir
    private Path folder;

    @Test
    void aRunSaysWhereItsPageIs() {
        Outcome outcome = sedge("run", "modular", "--steps", 1, "--watch", "--out", folder.resolve("run"));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()
                        .lines()
                        .filter(line -> line.matches("sedge: live page: http://127\\.0\\.0\\.1:\\d+/[\\w-]{24}/")))
                .hasSize(1);
    }

    @Test
    void severalRunsAndASweepHaveOnePage() throws IOException {
        Outcome several =
                sedge("run", "modular", "--steps", 1, "--seeds", 2, "--watch", "--out", folder.resolve("several"));
        assertThat(several.exitCode()).as(several.err()).isZero();
        assertThat(several.err()).containsOnlyOnce("sedge: live page: http://127.0.0.1:");
        Path file = Files.writeString(
                folder.resolve("sweep.yaml"), "task: modular\ntraining.steps: 1\nsweep: {seeds: 2}\n");
        Path root = folder.resolve("sweep");
        assertThat(sedge("sweep", "plan", file, "-o", root).exitCode()).isZero();
        Outcome sweep = sedge("sweep", "run", root, "--watch");
        assertThat(sweep.exitCode()).as(sweep.err()).isZero();
        assertThat(sweep.err()).containsOnlyOnce("sedge: live page: http://127.0.0.1:");
    }

    @Test
    void aPortInUseIsOneLineAndTrainsNothing() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Outcome outcome = sedge(
                    "run",
                    "modular",
                    "--steps",
                    1,
                    "--watch",
                    "--port",
                    taken.getLocalPort(),
                    "--out",
                    folder.resolve("run"));
            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.err())
                    .contains("no page at 127.0.0.1 port " + taken.getLocalPort() + ": the port is in use")
                    .doesNotContain("step 1/1", "\tat ");
        }
    }

    @Test
    void anotherHostIsWarnedOf() {
        Outcome outcome =
                sedge("run", "modular", "--steps", 1, "--watch", "--host", "0.0.0.0", "--out", folder.resolve("run"));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("warning: whoever can reach 0.0.0.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port 8080 | --port needs --watch",
                "--host 0.0.0.0 | --host needs --watch",
                "--watch --port 70000 | --port must be between 0 and 65535, not 70000"
            })
    void optionsThatMeanNothingAreRefused(String options, String message) {
        for (String command : new String[] {"run modular", "sweep run nowhere", "reproduce lifecycle"}) {
            Outcome outcome = sedge((Object[]) (command + " " + options).split(" ", -1));
            assertThat(outcome.exitCode()).as(command).isEqualTo(2);
            assertThat(outcome.err()).contains("sedge: " + message);
        }
    }
}
