package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The command line in a process of its own, which can be killed. */
final class SedgeProcess {
    private static final int PATIENCE_MINUTES = 5;

    private final Process process;
    private final Path log;

    private SedgeProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** @param log receives everything that the process prints */
    static SedgeProcess start(Path log, List<String> arguments, String... more) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                // The CUDA of this process, which may be an emulated one.
                "-Dspectraledge.cuda.directory=" + System.getProperty("spectraledge.cuda.directory", ""),
                "-cp",
                System.getProperty("java.class.path"),
                Sedge.class.getName()));
        line.addAll(arguments);
        line.addAll(List.of(more));
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new SedgeProcess(process, log);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Sends a signal by its name without SIG. */
    void signal(String name) throws IOException, InterruptedException {
        String[] command = {"kill", "-" + name, Long.toString(process.pid())};
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    void requireExitCode(int expected) throws IOException, InterruptedException {
        assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output()).isEqualTo(expected);
    }

    String output() throws IOException {
        return Files.readString(log);
    }

    /**
     * Every table and every safetensors file of one run directory is in the other, with the same bytes.
     *
     * @param except beginnings of the names of files that are left out
     */
    static void requireSameBytes(Path expected, Path actual, String... except) throws IOException {
        List<Path> compared = new ArrayList<>();
        try (Stream<Path> files = Files.walk(expected)) {
            files.filter(file -> file.toString().endsWith(".safetensors")
                            || file.toString().endsWith(".csv"))
                    .filter(file ->
                            Stream.of(except).noneMatch(file.getFileName().toString()::startsWith))
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
}
