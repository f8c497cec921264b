package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the script {@code sedge} in copies of the repository's outline, with a JDK and a Maven that only record. */
class LauncherTest {
    private static final Path BASH = Path.of("/bin/bash");
    private static final Path SCRIPT = Path.of("..", "sedge").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private Path repository;
    private Path jdk;
    private Path tools;

    @BeforeEach
    void makeOutline() throws IOException {
        assumeThat(BASH).as("bash").exists();
        repository = Files.createDirectories(folder.resolve("the repository"));
        Files.copy(SCRIPT, repository.resolve("sedge"));
        Files.createFile(repository.resolve("pom.xml"));
        for (String module : List.of("native-bindings", "kernels", "trainer", "analysis")) {
            Files.createDirectories(repository.resolve(module + "/src/main"));
            Files.createFile(repository.resolve(module + "/pom.xml"));
        }
        jdk = folder.resolve("jdk");
        program(jdk.resolve("bin/java"), "echo \"java in $PWD: $*\"");
        program(jdk.resolve("bin/javac"), "exit 1");
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.3\"\n");
        tools = folder.resolve("tools");
        program(
                tools.resolve("mvn"),
                "echo \"built with $JAVA_HOME\"; mkdir -p analysis/target/lib; touch analysis/target/analysis-1.jar");
        // What the script itself needs, and no java nor mvn of this machine.
        for (String tool :
                List.of("bash", "dirname", "readlink", "grep", "sed", "find", "head", "tail", "mkdir", "touch")) {
            program(tools.resolve(tool), "exec " + which(tool) + " \"$@\"");
        }
    }

    @Test
    void isValidBash() throws Exception {
        assertThat(run(folder, Map.of(), BASH.toString(), "-n", SCRIPT.toString())
                        .exitCode())
                .isZero();
    }

    @Test
    void buildsOnceAndStartsInTheUsersFolder() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("some where"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), repository.resolve("sedge"));
        Result first = launch(elsewhere, link, "run", "dyck", "--out", "a b");
        assertThat(first.exitCode()).as(first.output()).isZero();
        assertThat(first.output())
                .contains("sedge: building (first use", "java in " + elsewhere.toRealPath() + ": ")
                .contains("--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector")
                .contains("dev.spectraledge.analysis.cli.Sedge run dyck --out a b");
        assertThat(launch(elsewhere, link, "doctor").output()).doesNotContain("building");
    }

    @Test
    void buildsAgainWhenASourceIsNewer() throws Exception {
        launch(folder, repository.resolve("sedge"), "doctor");
        Path source = Files.createFile(repository.resolve("trainer/src/main/New.java"));
        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 5000));
        assertThat(launch(folder, repository.resolve("sedge"), "doctor").output())
                .contains("sedge: building (sources have changed");
    }

    @Test
    void aFailedBuildShowsItsErrorAndLog() throws Exception {
        program(tools.resolve("mvn"), "echo '[ERROR] no space left'; exit 1");
        Result result = launch(folder, repository.resolve("sedge"), "doctor");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output())
                .contains("[ERROR] no space left", "sedge: the build failed; all of its output is in")
                .doesNotContain("java in");
    }

    @Test
    void withoutMavenItSaysSo() throws Exception {
        Files.delete(tools.resolve("mvn"));
        Result result = launch(folder, repository.resolve("sedge"), "doctor");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output().lines())
                .containsExactly("sedge: must be built (first use) and needs Maven 3.8 or newer: install it so that mvn"
                        + " is on the PATH");
    }

    @Test
    void anotherJdkIsNotTaken() throws Exception {
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"21.0.1\"\n");
        Result result = launch(folder, repository.resolve("sedge"), "doctor");
        assertThat(result.output()).doesNotContain("java in");
        assertThat(result.exitCode()).isEqualTo(1);
    }

    private record Result(int exitCode, String output) {}

    private Result launch(Path workingFolder, Path script, String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = script.toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return run(
                workingFolder,
                Map.of("JAVA_HOME", jdk.toString(), "PATH", tools.toString(), "HOME", folder.toString()),
                command);
    }

    private static Path which(String tool) {
        return Stream.of("/bin", "/usr/bin")
                .map(place -> Path.of(place, tool))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }

    private static Result run(Path workingFolder, Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(workingFolder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private static void program(Path file, String script) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
