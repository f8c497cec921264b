package dev.spectraledge.trainer.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sweep's directory that a stranger has made, claims above all. The time limit ends what would block. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ForeignSweepTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir
    private Path folder;

    private SweepPlan plan;
    private Path directory;
    private Path claim;

    @BeforeEach
    void plan() throws IOException {
        plan = SampleSweep.plan(folder.resolve("sweep"), 1);
        directory = Files.createDirectories(plan.directory(plan.runs().getFirst()));
        claim = Claim.file(directory);
    }

    @Test
    void pipe() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "no mkfifo");
        assertThat(new ProcessBuilder("/usr/bin/mkfifo", claim.toString())
                        .start()
                        .waitFor())
                .isZero();
        assertRefused("it is a pipe, a socket or a device, not a regular file");
    }

    @Test
    void folder() throws IOException {
        Files.createDirectory(claim);
        assertRefused("it is a directory, not a file");
    }

    @Test
    void links() throws IOException {
        Files.createSymbolicLink(claim, folder.resolve("absent"));
        assertRefused("it is a symbolic link, which is not followed here");
        Files.delete(claim);
        Files.createSymbolicLink(claim, Files.writeString(folder.resolve("target"), "{}"));
        assertRefused("it is a symbolic link, which is not followed here");
        assertThat(folder.resolve("target")).hasContent("{}");
    }

    @Test
    void veryLongFile() throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(claim.toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }
        assertRefused("it has 1099511627776 bytes, at most 65536 are read");
    }

    @Test
    void whatItsFilesSayIsShownWithoutWhatATerminalObeys() throws IOException {
        Files.writeString(
                directory.resolve("summary.json"), "{\"state\": \"failed\", \"error\": \"\\u001b[2J\\nnone\"}");
        assertThat(RunStatus.of(plan, plan.runs().getFirst()).failure()).isEqualTo("\\u001b[2J none");
    }

    @Test
    void aRunOfAPlanLiesNowhereElse() throws IOException {
        Path lines = folder.resolve("sweep/runs.jsonl");
        String id = plan.runs().getFirst().id();
        Files.writeString(lines, Files.readString(lines).replace(id, "../../../mine"));
        assertThatThrownBy(() -> SweepPlan.read(folder.resolve("sweep")))
                .isInstanceOf(RunException.class)
                .hasMessage(lines + " line 1: should hold id, swept and config of a run");
    }

    private void assertRefused(String reason) {
        String line = "cannot read " + claim + ": " + reason;
        assertThatThrownBy(() -> Claim.acquire(directory, LIMIT))
                .isInstanceOf(RunException.class)
                .hasMessage(line);
        RunStatus status = RunStatus.of(plan, plan.runs().getFirst());
        assertThat(status.state()).isEqualTo(SweptState.FAILED);
        assertThat(status.failure()).isEqualTo(line);
    }
}
