package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The configurations that the project offers as examples are right. */
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("..", "examples");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("runs")
    void runsCanBeConfigured(Path example) throws IOException {
        String task = Files.readString(example).replaceAll("(?s).*\\ntask:\\s+name: (\\w+).*", "$1");
        Outcome outcome = sedge("run", task, "--config", example.toString(), "--print-config");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    @ParameterizedTest
    @MethodSource("sweeps")
    void sweepsCanBePlanned(Path example) {
        Outcome outcome = sedge(
                "sweep",
                "plan",
                example.toString(),
                "-o",
                folder.resolve("sweep").toString(),
                "--dry-run");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    static List<Path> runs() throws IOException {
        return in(EXAMPLES);
    }

    static List<Path> sweeps() throws IOException {
        return in(EXAMPLES.resolve("sweeps"));
    }

    private static List<Path> in(Path examples) throws IOException {
        try (Stream<Path> files = Files.list(examples)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
