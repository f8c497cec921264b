package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a stranger, given to commands: one line, exit code 1, and nothing else. The time limit ends what would block. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileFilesTest {
    private static final int MASKED = -100;
    private static final int SEQUENCES = 4;
    private static final int POSITIONS = 6;

    @TempDir
    private Path folder;

    private int trained;

    @ParameterizedTest
    @ValueSource(strings = {"train", "test"})
    void targetsThatAreAllMasked(String part) throws IOException {
        Path data = data(POSITIONS, Map.of(part, SEQUENCES));
        assertRefused(train(data), "data set '" + data + ": " + part + "': every target is masked");
    }

    @Test
    void aSequenceWithoutTargetsAmongOthersCountsForNothing() throws IOException {
        Outcome outcome = train(data(POSITIONS, Map.of("train", 1, "test", 1)));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    @Test
    void sequencesWithoutPositions() throws IOException {
        Path data = data(0, Map.of());
        assertRefused(train(data), "data set '" + data + ": train': its sequences have no positions, INT32[4, 0]");
    }

    @Test
    void whatIsNoRegularFile() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "no mkfifo");
        assertThat(new ProcessBuilder("/usr/bin/mkfifo", pipe.toString())
                        .start()
                        .waitFor())
                .isZero();
        String reason = ": it is a pipe, a socket or a device, not a regular file";
        assertRefused(
                sedge("run", "dyck", "--config", pipe, "--print-config"), "cannot read configuration " + pipe + reason);
        assertRefused(
                sedge("sweep", "plan", pipe, "-o", folder.resolve("sweep")),
                "cannot read configuration " + pipe + reason);
        assertRefused(train(pipe), "cannot read " + pipe + reason);
        assertRefused(train(Path.of("/dev/zero")), "cannot read /dev/zero" + reason);
        Path run = Files.createDirectory(folder.resolve("stranger"));
        Path config = Files.move(pipe, run.resolve("config.json"));
        assertRefused(sedge("run", "--resume", run), "cannot read " + config + reason);
        assertRefused(sedge("report", run), run + " is not a run directory");
    }

    @Test
    void configurationsThatAreSmallAndBecomeLarge() throws IOException {
        Path file = Files.writeString(folder.resolve("brackets.yaml"), "a: " + "[".repeat(20_000));
        assertRefused(
                sedge("run", "dyck", "--config", file), file + ": not valid YAML at line 1: more than 100 levels");
    }

    private Outcome train(Path data) {
        List<Object> arguments = new ArrayList<>(List.of("run", "dyck", "model.width=16", "model.heads=2"));
        arguments.addAll(List.of("model.feedForwardWidth=16", "training.batchSize=4", "--threads", "1"));
        arguments.addAll(List.of("--steps", "3", "--data", data, "--out", folder.resolve("run-" + ++trained)));
        return sedge(arguments.toArray());
    }

    /** @param masked how many sequences of which part have no target that counts */
    private Path data(int positions, Map<String, Integer> masked) {
        Path file = folder.resolve("data.safetensors");
        try (MemoryOwner owner = MemoryOwner.open("stranger's data")) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (String part : List.of("train", "test")) {
                Tensor targets = Tensor.allocate(owner, DType.INT32, SEQUENCES, positions);
                for (int row = 0; row < masked.getOrDefault(part, 0); row++) {
                    for (int position = 0; position < positions; position++) {
                        targets.set(MASKED, row, position);
                    }
                }
                tensors.put(part + "_x", Tensor.allocate(owner, DType.INT32, SEQUENCES, positions));
                tensors.put(part + "_y", targets);
            }
            SafetensorsWriter.write(file, tensors, Map.of());
        }
        return file;
    }

    private static void assertRefused(Outcome outcome, String line) {
        assertThat(outcome.err()
                        .lines()
                        .filter(said -> !said.startsWith("sedge: device")
                                && !said.startsWith("sedge: memory")
                                && !said.startsWith("sedge: run directory")))
                .singleElement()
                .asString()
                .startsWith("sedge: " + line);
        assertThat(outcome.exitCode()).isEqualTo(1);
    }
}
