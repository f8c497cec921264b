package dev.spectraledge.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * That no hot operation makes garbage while the compiler works beside it, nor where the compiler knows least. It makes objects
 * of vectors whose class it does not know, and then relies on types that it has seen before; a method that it compiles with
 * counts from the interpreter has none of these, and {@code -XX:-UseTypeSpeculation} makes that so for all methods. That is
 * more than happens, and holds in the order listed only.
 */
@Tag("garbage")
class HotOperationsGarbageTest {
    @Test
    void noneIsMadeWhileTheCompilerWorks() throws IOException, InterruptedException {
        requireNone(OptionalLong.of(1), "-XX:+BackgroundCompilation");
    }

    @Test
    @Tag("nightly")
    void noneIsMadeWhereTheCompilerKnowsLeast() throws IOException, InterruptedException {
        requireNone(OptionalLong.empty(), "-XX:-BackgroundCompilation", "-XX:-UseTypeSpeculation");
    }

    /** @param order seed of an order other than the one listed */
    private static void requireNone(OptionalLong order, String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UnlockDiagnosticVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(flags));
        command.add(HotOperationsGarbage.class.getName());
        order.ifPresent(seed -> command.add(Long.toString(seed)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(output.lines()).containsExactly("measured");
    }
}
