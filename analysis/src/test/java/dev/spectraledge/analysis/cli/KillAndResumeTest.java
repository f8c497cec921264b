package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed with SIGKILL again and again ends with the bytes of one that was left alone. */
@Tag("process")
class KillAndResumeTest {
    private static final int KILLS = 10;
    private static final long SEED = 20_260_407;
    private static final int LONGEST_WAIT_MILLIS = 400;
    private static final List<String> RUN = List.of(
            "run",
            "dyck",
            "model.width=32",
            "model.heads=2",
            "model.feedForwardWidth=48",
            "training.steps=4000",
            "training.trace=true",
            "tensorboard=true",
            "evaluation.every=100",
            "checkpoints.resumeEvery=50",
            "observers.paper.stride=20",
            "observers.paper.nullEvery=5",
            "threads=2");

    @TempDir
    private Path temporary;

    @Test
    void tenKillsLeaveNoTrace() throws Exception {
        Path undisturbed = temporary.resolve("undisturbed");
        start("whole", RUN, "--out", undisturbed.toString()).requireExitCode(0);

        Path killed = temporary.resolve("killed");
        Random random = new Random(SEED);
        SedgeProcess process = start("life-0", RUN, "--out", killed.toString());
        int kills = 0;
        for (int life = 1; life <= KILLS; life++) {
            if (life % 2 == 1) {
                awaitNewState(process, killed);
            }
            Thread.sleep(random.nextInt(LONGEST_WAIT_MILLIS));
            if (process.isAlive()) {
                kills++;
            }
            process.kill();
            process = start("life-" + life, List.of("run", "--resume", killed.toString()));
        }
        process.requireExitCode(0);
        assertThat(kills).as("kills that hit a running process").isEqualTo(KILLS);
        SedgeProcess.requireSameBytes(undisturbed, killed);
        assertThat(eventsWithoutTimes(killed)).isEqualTo(eventsWithoutTimes(undisturbed));
    }

    /** TensorBoard's records: length in 8 bytes, 4 of a checksum, an event that begins with its time in 9, 4 of a checksum. */
    private static List<ByteBuffer> eventsWithoutTimes(Path run) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(run.resolve("events.out.tfevents")))
                .order(ByteOrder.LITTLE_ENDIAN);
        List<ByteBuffer> events = new ArrayList<>();
        for (int at = 0; at < file.limit(); ) {
            int length = (int) file.getLong(at);
            events.add(file.slice(at + 12 + 9, length - 9));
            at += 12 + length + 4;
        }
        return events;
    }

    private SedgeProcess start(String name, List<String> command, String... more) throws IOException {
        return SedgeProcess.start(temporary.resolve(name + ".log"), command, more);
    }

    /** Every other kill waits until the run has got further; the others also hit a program that is just starting. */
    private static void awaitNewState(SedgeProcess process, Path run) throws IOException, InterruptedException {
        Path state = run.resolve("checkpoints").resolve("resume.safetensors");
        FileTime old = Files.exists(state) ? Files.getLastModifiedTime(state) : FileTime.fromMillis(0);
        while (process.isAlive()
                && (!Files.exists(state) || Files.getLastModifiedTime(state).equals(old))) {
            Thread.sleep(5);
        }
    }
}
