package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.run.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code examples/java} shows: a program of somebody else's on top of this one. */
@Tag("process")
class JavaExampleTest {
    private static final Path EXAMPLE = Path.of("..", "examples", "java");
    private static final List<String> OPTIONS =
            List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");
    private static final String CLASSES = System.getProperty("java.class.path");

    @TempDir
    private Path folder;

    private record Outcome(int exitCode, List<String> lines) {}

    private Outcome java(List<String> options, String classes, String... program)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(options);
        line.addAll(SedgeProcess.ownFlags());
        line.addAll(List.of("-Xmx1g", "-cp", classes));
        line.addAll(List.of(program));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(
                process.waitFor(),
                printed.lines()
                        .filter(text -> !text.contains("Using incubator modules"))
                        .toList());
    }

    private String compiled() throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("-d", folder.toString(), "-cp", CLASSES, "-Xlint:all,-processing", "-Werror"));
        try (Stream<Path> sources = Files.walk(EXAMPLE.resolve("src/main/java"))) {
            sources.map(Path::toString)
                    .filter(source -> source.endsWith(".java"))
                    .forEach(arguments::add);
        }
        int exitCode = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(exitCode).as("javac's exit code").isZero();
        return folder + System.getProperty("path.separator") + CLASSES;
    }

    @Test
    void trainsObservesAndAnalyses() throws Exception {
        String classes = compiled();
        Path run = folder.resolve("run");
        Outcome outcome = java(OPTIONS, classes, "example.UpdateLengths", run.toString());
        assertThat(outcome.exitCode()).as(outcome.lines().toString()).isZero();
        assertThat(outcome.lines())
                .anyMatch(line -> line.matches("the longest update was \\d.*"))
                .anyMatch(line -> line.contains("(window of W = 10 updates)"))
                .last()
                .isEqualTo(run.resolve("report.html").toString());
        assertThat(CsvReader.read(run.resolve("metrics.csv")).column("step")).contains(40);

        Outcome without = java(
                List.of(),
                classes,
                "example.UpdateLengths",
                folder.resolve("other").toString());
        assertThat(without.exitCode()).isEqualTo(1);
        assertThat(without.lines()).first().asString().endsWith(missing(OPTIONS));
    }

    @Test
    void anOptionOfJavaThatIsMissingIsOneLine() throws Exception {
        for (List<String> missing : List.of(OPTIONS, OPTIONS.subList(0, 1), OPTIONS.subList(1, 2))) {
            List<String> given =
                    OPTIONS.stream().filter(option -> !missing.contains(option)).toList();
            Outcome outcome = java(given, CLASSES, Sedge.class.getName(), "doctor");
            assertThat(outcome.lines()).containsExactly("sedge: " + missing(missing));
            assertThat(outcome.exitCode()).isEqualTo(1);
        }
    }

    private static String missing(List<String> options) {
        return "Java was started without " + String.join(" ", options) + "; add that to its command line";
    }

    @Test
    void itTakesTwentyStatements() throws IOException {
        List<String> statements =
                Files.readAllLines(EXAMPLE.resolve("src/main/java/example/UpdateLengths.java")).stream()
                        .filter(line ->
                                line.endsWith(";") && !line.startsWith("import ") && !line.startsWith("package "))
                        .toList();
        assertThat(statements).hasSizeBetween(10, 20);
    }

    @Test
    void itsProjectAsksForThisVersionAndStartsJavaWithItsOptions() throws IOException {
        String project = Files.readString(EXAMPLE.resolve("pom.xml"));
        assertThat(project).contains("<version>" + Environment.projectVersion() + "</version>");
        OPTIONS.forEach(option -> assertThat(project).contains("<argument>" + option + "</argument>"));
    }
}
