package dev.spectraledge.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    @TempDir
    Path folder;

    private RunConfig config(Path out) {
        return new ConfigResolver().override("out=" + out).resolve();
    }

    @Test
    void laysOutANewRun() {
        Path root = folder.resolve("a/b");
        RunConfig config = config(root);
        try (RunDirectory run = RunDirectory.create(config)) {
            assertThat(run.root()).isEqualTo(root);
            assertThat(run.state()).isEqualTo(RunState.RUNNING);
            assertThat(run.isInUse()).isTrue();
            assertThat(run.spectrum("paper")).isEqualTo(root.resolve("spectrum.csv"));
            assertThat(run.spectrum("everyStep")).isEqualTo(root.resolve("spectrum_everyStep.csv"));
            assertThatThrownBy(() -> run.spectrum("other")).isInstanceOf(IllegalArgumentException.class);
            assertThat(run.checkpoint(1200)).isEqualTo(root.resolve("checkpoints/step_001200.safetensors"));
            assertThat(run.optimizerCheckpoint(1200))
                    .isEqualTo(root.resolve("checkpoints/step_001200.optimizer.safetensors"));
            assertThat(run.checkpoints()).isDirectory();
            run.writeSummary(RunState.DONE, Map.of("grok_step", 600, "state", "nonsense"));
        }
        try (RunDirectory run = RunDirectory.open(root)) {
            assertThat(run.config()).isEqualTo(config);
            assertThat(run.state()).isEqualTo(RunState.DONE);
            assertThat(run.readSummary()).containsEntry("grok_step", 600L);
            assertThat(run.isInUse()).isFalse();
            assertThatThrownBy(() -> run.writeSummary(RunState.DONE, Map.of()))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void countsRunsOfTheSameName() {
        RunConfig config = new ConfigResolver()
                .override("training.weightDecay=0.5")
                .override("training.seed=7")
                .resolve();
        try (RunDirectory first = RunDirectory.create(config, folder);
                RunDirectory second = RunDirectory.create(config, folder);
                RunDirectory third = RunDirectory.create(new ConfigResolver().resolve(), folder)) {
            assertThat(first.root()).isEqualTo(folder.resolve("dyck_wd0.5_s7"));
            assertThat(second.root()).isEqualTo(folder.resolve("dyck_wd0.5_s7_2"));
            assertThat(third.root()).isEqualTo(folder.resolve("dyck_wd1_s42"));
        }
    }

    @Test
    void refusesADirectoryThatHoldsSomethingAndLeavesItAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("precious"), "x");
        assertThatThrownBy(() -> RunDirectory.create(config(folder)))
                .isInstanceOf(UsageException.class)
                .hasMessage("out: " + folder + " exists and is not empty; choose another directory or resume this run");
        assertThat(file).hasContent("x");
        assertThatThrownBy(() -> RunDirectory.create(config(file)))
                .isInstanceOf(UsageException.class)
                .hasMessage("out: " + file + " exists and is not a directory");
        assertThat(RunLock.isHeld(folder)).isFalse();
    }

    @Test
    void saysWhyADirectoryCannotBeRead() throws IOException {
        Path missing = folder.resolve("none");
        assertFault(missing, "no run directory " + missing + ": no such file or directory");
        Path file = Files.writeString(folder.resolve("file"), "");
        assertFault(file, file + " is not a run directory but a file");
        assertFault(folder, folder + " is not a run directory: it has no config.json");
        Files.writeString(folder.resolve("config.json"), "{");
        assertThatThrownBy(() -> RunDirectory.open(folder))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(folder.resolve("config.json") + ": not valid JSON");
        Files.delete(folder.resolve("config.json"));
        Files.createDirectory(folder.resolve("config.json"));
        assertThatThrownBy(() -> RunDirectory.open(folder))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith("cannot read " + folder.resolve("config.json"));
    }

    @Test
    void saysThatADirectoryIsUnreadable() throws IOException {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(closed), "this user may read everything");
        assertFault(closed, "cannot read run directory " + closed + ": permission denied");
    }

    private static void assertFault(Path root, String message) {
        assertThatThrownBy(() -> RunDirectory.open(root))
                .isInstanceOf(RunException.class)
                .hasMessage(message);
    }

    @Test
    void aSecondWriterIsRefusedUntilTheFirstIsGone() {
        Path root = folder.resolve("run");
        try (RunDirectory first = RunDirectory.create(config(root))) {
            assertThat(first.isInUse()).isTrue();
            assertThatThrownBy(() -> RunDirectory.resume(root))
                    .isInstanceOf(RunException.class)
                    .hasMessage(root + ": process " + ProcessHandle.current().pid()
                            + " is writing into this run directory");
        }
        try (RunDirectory second = RunDirectory.resume(root)) {
            assertThat(second.isInUse()).isTrue();
        }
    }

    @Test
    void aSecondProcessIsRefusedUntilTheFirstIsKilled() throws Exception {
        Path root = folder.resolve("run");
        RunDirectory.create(config(root)).close();
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        root.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.getInputStream().read())
                    .as("the other process holds the lock")
                    .isEqualTo('k');
            try (RunDirectory reader = RunDirectory.open(root)) {
                assertThat(reader.isInUse()).isTrue();
                assertThat(reader.state()).isEqualTo(RunState.RUNNING);
            }
            assertThatThrownBy(() -> RunDirectory.resume(root))
                    .isInstanceOf(RunException.class)
                    .hasMessage(root + ": process " + other.pid() + " is writing into this run directory");
        } finally {
            other.destroyForcibly();
        }
        other.waitFor();
        try (RunDirectory next = RunDirectory.resume(root)) {
            assertThat(next.state()).isEqualTo(RunState.RUNNING);
        }
    }

    /** Holds a run directory until it is killed, or the test is. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (RunDirectory held = RunDirectory.resume(Path.of(arguments[0]))) {
                System.out.print(held.isInUse() ? 'k' : 'n');
                System.out.flush();
                System.in.read();
            }
        }
    }

    @Test
    void resumingKeepsTheSummaryAndRemovesLeftovers() throws IOException {
        Path root = folder.resolve("run");
        try (RunDirectory run = RunDirectory.create(config(root))) {
            run.writeSummary(RunState.STOPPED, Map.of("wall_seconds", 1.5));
        }
        Path leftover = Files.writeString(root.resolve("checkpoints/.resume.safetensors-123.partial"), "x");
        try (RunDirectory run = RunDirectory.resume(root)) {
            assertThat(run.readSummary()).containsEntry("state", "stopped").containsEntry("wall_seconds", 1.5);
            assertThat(leftover).doesNotExist();
        }
    }

    @Test
    void refusesAnUnknownState() throws IOException {
        Path root = folder.resolve("run");
        RunDirectory.create(config(root)).close();
        Files.writeString(root.resolve("summary.json"), "{\"state\": \"lost\"}");
        assertThatThrownBy(() -> RunDirectory.open(root).state())
                .isInstanceOf(RunException.class)
                .hasMessage(root.resolve("summary.json")
                        + ": state is 'lost', expected is one of [running, done, failed, stopped]");
    }

    @Test
    void aPlannedRunBeginsAgainHoweverEarlyItWasInterrupted() throws IOException {
        RunConfig config = new ConfigResolver().resolve();
        Path root = folder.resolve("planned");
        Files.createDirectories(root.resolve("checkpoints"));
        Files.createFile(root.resolve("." + "config.json-1a2b.partial"));
        try (RunDirectory first = RunDirectory.begin(root, config, note -> {})) {
            assertThat(first.state()).isEqualTo(RunState.RUNNING);
            assertThat(root.resolve(".config.json-1a2b.partial")).doesNotExist();
            assertThatThrownBy(() -> RunDirectory.begin(root, config, note -> {}))
                    .isInstanceOf(RunInUseException.class);
            first.writeSummary(RunState.FAILED, Map.of("grok_step", 7, "error", "no luck"));
        }
        try (RunDirectory second = RunDirectory.begin(root, config, note -> {})) {
            assertThat(second.readSummary()).isEqualTo(Map.of("state", "running", "grok_step", 7L));
        }
        Files.delete(root.resolve("summary.json"));
        try (RunDirectory third = RunDirectory.begin(root, config, note -> {})) {
            assertThat(third.readSummary()).isEqualTo(Map.of("state", "running"));
        }
        RunConfig other = new ConfigResolver().override("training.seed=1").resolve();
        assertThatThrownBy(() -> RunDirectory.begin(root, other, note -> {}))
                .isInstanceOf(RunException.class)
                .hasMessage(root + ": holds a run with another configuration");
        assertThatThrownBy(() -> RunDirectory.begin(root.resolve("config.json"), config, note -> {}))
                .hasMessage("cannot create run directory " + root.resolve("config.json") + ": it exists already");
    }
}
