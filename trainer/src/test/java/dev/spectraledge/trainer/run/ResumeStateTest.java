package dev.spectraledge.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeStateTest {
    private static final int MOST_SIGNS = 80;

    @TempDir
    Path folder;

    private final MemoryOwner owner = MemoryOwner.open("resume test");

    @AfterEach
    void free() {
        owner.close();
    }

    private Tensor filled(DType type, double value, long... shape) {
        Tensor tensor = Tensor.allocate(owner, type, shape);
        for (long index = 0; index < tensor.elements(); index++) {
            tensor.reshape(tensor.elements()).set(value + index, index);
        }
        return tensor;
    }

    @Test
    void bringsEverythingBack() {
        Path file = folder.resolve("resume.safetensors");
        ResumeState.write(
                file,
                1500,
                Map.of("head.weight", filled(DType.FLOAT32, 1, 2, 2)),
                Map.of("moment1", filled(DType.FLOAT64, 10, 3)),
                Map.of("paper", Map.of("window", filled(DType.FLOAT32, 100, 2)), "other", Map.of()),
                Map.of("grokStep", "600", "seconds", Double.toHexString(0.1)));
        Tensor weight = Tensor.allocate(owner, DType.FLOAT32, 2, 2);
        Tensor moment = Tensor.allocate(owner, DType.FLOAT64, 3);
        Tensor window = Tensor.allocate(owner, DType.FLOAT32, 2);
        try (ResumeState state = ResumeState.open(file)) {
            assertThat(state.step()).isEqualTo(1500);
            assertThat(state.counter("grokStep")).isEqualTo(600);
            assertThat(Double.parseDouble(state.text("seconds"))).isEqualTo(0.1);
            assertThat(state.hasCounter("none")).isFalse();
            state.restore(
                    Map.of("head.weight", weight),
                    Map.of("moment1", moment),
                    Map.of("paper", Map.of("window", window)));
        }
        assertThat(weight.get(1, 1)).isEqualTo(4);
        assertThat(moment.get(2)).isEqualTo(12);
        assertThat(window.get(1)).isEqualTo(101);
    }

    @Test
    void refusesTheStateOfAnotherConfiguration() {
        Path file = folder.resolve("resume.safetensors");
        ResumeState.write(file, 1, Map.of("w", filled(DType.FLOAT32, 1, 2)), Map.of(), Map.of(), Map.of("text", "x"));
        Tensor same = Tensor.allocate(owner, DType.FLOAT32, 2);
        Tensor wide = Tensor.allocate(owner, DType.FLOAT64, 2);
        Tensor longer = Tensor.allocate(owner, DType.FLOAT32, 3);
        try (ResumeState state = ResumeState.open(file)) {
            assertFault(state, Map.of("w", wide), Map.of(), "tensor 'w' holds F32, this run needs F64");
            assertFault(state, Map.of("w", longer), Map.of(), "tensor 'w' has shape [2], needed is [3]");
            assertFault(state, Map.of("w", same), Map.of("m", same), "lacks tensor 'optimizer.m'");
            assertFault(state, Map.of(), Map.of(), "belongs to another configuration, it also holds tensor 'w'");
            assertThatThrownBy(() -> state.counter("text"))
                    .isInstanceOf(RunException.class)
                    .hasMessage(file + ": its text is 'x', not a whole number");
        }
    }

    private static void assertFault(
            ResumeState state, Map<String, Tensor> weights, Map<String, Tensor> optimizer, String message) {
        assertThatThrownBy(() -> state.restore(weights, optimizer, Map.of()))
                .isInstanceOf(RunException.class)
                .hasMessageEndingWith(": " + message);
    }

    @Test
    void refusesAnOrdinaryCheckpoint() {
        Path file = folder.resolve("weights.safetensors");
        SafetensorsWriter.write(file, Map.of("w", filled(DType.FLOAT32, 1, 2)), Map.of());
        assertThatThrownBy(() -> ResumeState.open(file))
                .isInstanceOf(RunException.class)
                .hasMessage(file + ": not a resume state: its metadata lack 'step'");
    }

    /** Whenever the writer is killed, the state on disk is whole: every element equals its step. */
    @Test
    void survivesKillsAtAnyInstant() throws Exception {
        Path file = folder.resolve("resume.safetensors");
        SplittableRandom random = new SplittableRandom(5);
        long seen = 0;
        for (int kill = 0; kill < 4; kill++) {
            Process writer = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xshare:auto",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Writer.class.getName(),
                            file.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            // An odd number of signs kills it while it writes, an even one while it computes, but for what the kill
            // takes.
            for (int signs = random.nextInt(2, MOST_SIGNS); signs > 0; signs--) {
                assertThat(writer.getInputStream().read()).isPositive();
            }
            writer.destroyForcibly().waitFor();
            Tensor weights = Tensor.allocate(owner, DType.FLOAT32, Writer.ELEMENTS);
            try (ResumeState state = ResumeState.open(file)) {
                state.restore(Map.of("w", weights), Map.of(), Map.of());
                seen = state.step();
            }
            for (long index = 0; index < Writer.ELEMENTS; index++) {
                if (weights.get(index) != seen) {
                    assertThat(weights.get(index)).as("element %d", index).isEqualTo((double) seen);
                }
            }
        }
        assertThat(seen).isPositive();
    }

    /** Writes one state after another until it is killed, with a sign before and after each. */
    static final class Writer {
        static final int ELEMENTS = 100_000;

        private Writer() {}

        public static void main(String[] arguments) {
            try (MemoryOwner owner = MemoryOwner.open("writer")) {
                Tensor weights = Tensor.allocate(owner, DType.FLOAT32, ELEMENTS);
                for (int step = 1; step < 1_000_000; step++) {
                    for (long index = 0; index < ELEMENTS; index++) {
                        weights.set(step, index);
                    }
                    sign();
                    ResumeState.write(Path.of(arguments[0]), step, Map.of("w", weights), Map.of(), Map.of(), Map.of());
                    sign();
                }
            }
        }

        private static void sign() {
            System.out.print('k');
            System.out.flush();
        }
    }
}
