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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That no hot operation makes garbage, in whatever order they are compiled. The compiler makes objects of vectors whose class it
 * does not know. What it then relies on are types that it has seen before, of which a method that it compiles with counts from
 * the interpreter has none; {@code -XX:-UseTypeSpeculation} makes that so for all methods.
 */
@Tag("garbage")
class HotOperationsGarbageTest {
    private static final String BOTH_TYPES = "FLOAT32,FLOAT64";
    private static final String[] KNOWS_LEAST = {"-XX:-BackgroundCompilation", "-XX:-UseTypeSpeculation"};

    /** Of the type whose operations made garbage while its vectors had two widths. */
    @Test
    void noneIsMadeWhereTheCompilerKnowsLeast() throws IOException, InterruptedException {
        requireNone("FLOAT32", OptionalLong.of(1), KNOWS_LEAST);
    }

    @Test
    @Tag("nightly")
    void noneIsMadeInTheOrderListed() throws IOException, InterruptedException {
        requireNone(BOTH_TYPES, OptionalLong.empty(), KNOWS_LEAST);
    }

    @ParameterizedTest
    @Tag("nightly")
    @ValueSource(longs = {1, 2, 3})
    void noneIsMadeInOtherOrders(long order) throws IOException, InterruptedException {
        requireNone(BOTH_TYPES, OptionalLong.of(order), KNOWS_LEAST);
    }

    @Test
    @Tag("nightly")
    void noneIsMadeWhileTheCompilerWorks() throws IOException, InterruptedException {
        requireNone(BOTH_TYPES, OptionalLong.of(1), "-XX:+BackgroundCompilation");
    }

    /** @param order seed of an order other than the one listed */
    private static void requireNone(String types, OptionalLong order, String... flags)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UnlockDiagnosticVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(flags));
        command.addAll(List.of(HotOperationsGarbage.class.getName(), types));
        order.ifPresent(seed -> command.add(Long.toString(seed)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(output.lines()).containsExactly("measured");
    }
}
