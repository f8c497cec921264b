package dev.spectraledge.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * That no hot operation makes garbage while the compiler works beside it, nor where the compiler knows least. It makes objects
 * of vectors whose class it does not know, and then relies on types that it has seen before; a method that it compiles with
 * counts from the interpreter has none of these, and {@code -XX:-UseTypeSpeculation} makes that so for all methods. That is
 * more than happens, and holds in the order listed only.
 */
@Tag("garbage")
class HotOperationsGarbageTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "as listed",
            value = {"-XX:+BackgroundCompilation, 1", "-XX:-BackgroundCompilation -XX:-UseTypeSpeculation, as listed"})
    void noneIsMade(String flags, String seed) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UnlockDiagnosticVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(Arrays.asList(flags.split(" ")));
        command.add(HotOperationsGarbage.class.getName());
        if (seed != null) {
            command.add(seed);
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(output.lines()).containsExactly("measured");
    }
}
