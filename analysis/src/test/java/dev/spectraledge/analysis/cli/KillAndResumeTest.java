package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed with SIGKILL again and again ends with the bytes of one that was left alone. */
@Tag("process")
class KillAndResumeTest {
    private static final long SEED = 20_260_407;
    /** What a life may add to its tables before it is killed: some hundred steps. */
    private static final int MOST_BYTES = 20_000;
    /** What a program says while it starts. */
    private static final int MOST_LINES = 3;

    private static final List<String> RUN = List.of(
            "run",
            "dyck",
            "task.sequences=550",
            "model.width=32",
            "model.heads=2",
            "model.feedForwardWidth=48",
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
    void threeKillsLeaveNoTrace() throws Exception {
        killsLeaveNoTrace(3, 1600);
    }

    @Test
    @Tag("nightly")
    void tenKillsLeaveNoTrace() throws Exception {
        killsLeaveNoTrace(10, 4000);
    }

    private void killsLeaveNoTrace(int kills, int steps) throws Exception {
        Path undisturbed = temporary.resolve("undisturbed");
        Path killed = temporary.resolve("killed");
        List<String> command = new ArrayList<>(RUN);
        command.addAll(List.of("--steps", Integer.toString(steps), "--out"));
        succeed(command, undisturbed);

        Path state = killed.resolve("checkpoints").resolve("resume.safetensors");
        Random random = new Random(SEED);
        List<String> resume = List.of("run", "--resume", killed.toString());
        for (int life = 0; life < kills; life++) {
            SedgeProcess process = life == 0 ? start(life, command, killed.toString()) : start(life, resume);
            // Every other kill meets a run that has got further; the others also a program that is just starting.
            if (life % 2 == 0) {
                process.awaitNewVersion(state);
                process.awaitGrowth(killed, random.nextInt(MOST_BYTES));
            } else {
                process.awaitLines(1 + random.nextInt(MOST_LINES));
            }
            process.kill();
        }
        succeed(resume);
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

    private SedgeProcess start(int life, List<String> command, String... more) throws IOException {
        return SedgeProcess.start(temporary.resolve("life-" + life + ".log"), command, more);
    }
}
