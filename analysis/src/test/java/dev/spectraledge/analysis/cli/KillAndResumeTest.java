package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed with SIGKILL again and again ends with the bytes of one that was left alone. */
class KillAndResumeTest {
    private static final int KILLS = 10;
    private static final long SEED = 20_260_407;
    private static final int LONGEST_WAIT_MILLIS = 400;
    private static final List<String> RUN = List.of(
            "run",
            "dyck",
            "model.width=32",
            "model.heads=2",
            "model.feedForwardWidth=48",
            "training.steps=4000",
            "training.trace=true",
            "evaluation.every=100",
            "checkpoints.resumeEvery=50",
            "observers.paper.stride=20",
            "observers.paper.nullEvery=5",
            "threads=2");

    @TempDir
    private Path temporary;

    @Test
    void tenKillsLeaveNoTrace() throws Exception {
        Path undisturbed = temporary.resolve("undisturbed");
        Process whole = start(undisturbed, "whole", RUN, "--out", undisturbed.toString());
        assertThat(whole.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(whole.exitValue()).as(log("whole")).isZero();

        Path killed = temporary.resolve("killed");
        Random random = new Random(SEED);
        Process process = start(killed, "life-0", RUN, "--out", killed.toString());
        int kills = 0;
        for (int life = 1; life <= KILLS; life++) {
            if (life % 2 == 1) {
                awaitNewState(process, killed);
            }
            Thread.sleep(random.nextInt(LONGEST_WAIT_MILLIS));
            if (process.isAlive()) {
                kills++;
            }
            process.destroyForcibly().waitFor();
            process = start(killed, "life-" + life, List.of("run", "--resume", killed.toString()));
        }
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(log("life-" + KILLS)).isZero();
        assertThat(kills).as("kills that hit a running process").isEqualTo(KILLS);
        assertSameBytes(undisturbed, killed);
    }

    /** Every other kill waits until the run has got further; the others also hit a program that is just starting. */
    private static void awaitNewState(Process process, Path run) throws IOException, InterruptedException {
        Path state = run.resolve("checkpoints").resolve("resume.safetensors");
        FileTime old = Files.exists(state) ? Files.getLastModifiedTime(state) : FileTime.fromMillis(0);
        while (process.isAlive()
                && (!Files.exists(state) || Files.getLastModifiedTime(state).equals(old))) {
            Thread.sleep(5);
        }
    }

    private static void assertSameBytes(Path expected, Path actual) throws IOException {
        List<Path> compared = new ArrayList<>();
        try (Stream<Path> files = Files.walk(expected)) {
            files.filter(file -> file.toString().endsWith(".safetensors")
                            || file.toString().endsWith(".csv"))
                    .map(expected::relativize)
                    .forEach(compared::add);
        }
        assertThat(compared).hasSizeGreaterThan(10);
        for (Path file : compared) {
            assertThat(Files.mismatch(expected.resolve(file), actual.resolve(file)))
                    .as("first differing byte of %s", file)
                    .isEqualTo(-1);
        }
    }

    private Process start(Path run, String name, List<String> command, String... more) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Sedge.class.getName()));
        line.addAll(command);
        line.addAll(List.of(more));
        Files.createDirectories(run);
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve(name + ".log").toFile())
                .start();
    }

    private String log(String name) {
        try {
            return Files.readString(temporary.resolve(name + ".log"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
