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
import java.util.stream.Stream;
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
            "training.stopOn=null",
            "training.trace=true",
            "tensorboard=true",
            "observers.paper.nullEvery=5",
            "device=cpu",
            "threads=2");

    private static final List<String> SMALL = List.of(
            "task.sequences=80",
            "model.width=16",
            "model.heads=2",
            "model.feedForwardWidth=16",
            "evaluation.every=6",
            "checkpoints.resumeEvery=4",
            "observers.paper.stride=1",
            "--steps",
            "50");

    private static final List<String> LARGE = List.of(
            "task.sequences=550",
            "model.width=32",
            "model.heads=2",
            "model.feedForwardWidth=48",
            "evaluation.every=100",
            "checkpoints.resumeEvery=50",
            "observers.paper.stride=20",
            "--steps",
            "4000");

    @TempDir
    private Path temporary;

    /** While a state is written, while the program starts again, and after rows that no state knows of. */
    @Test
    void threeKillsLeaveNoTrace() throws Exception {
        List<String> begin = begin(SMALL);
        kill("unfinished: .*/resume.safetensors", 4, begin);
        kill(".*", 1, resume());
        kill("rows: .*/spectrum.csv", 3, resume());
        requireNoTrace(SMALL);
    }

    @Test
    @Tag("nightly")
    void tenKillsAnywhereLeaveNoTrace() throws Exception {
        Path state = killed().resolve("checkpoints").resolve("resume.safetensors");
        Random random = new Random(SEED);
        for (int life = 0; life < 10; life++) {
            SedgeProcess process = SedgeProcess.start(log(), life == 0 ? begin(LARGE) : resume());
            // Every other kill meets a run that has got further; the others also a program that is just starting.
            if (life % 2 == 0) {
                process.awaitNewVersion(state);
                process.awaitGrowth(killed(), random.nextInt(MOST_BYTES));
            } else {
                process.awaitLines(1 + random.nextInt(MOST_LINES));
            }
            process.kill();
        }
        requireNoTrace(LARGE);
    }

    private Path killed() {
        return temporary.resolve("killed");
    }

    private Path log() {
        return temporary.resolve("log");
    }

    private List<String> begin(List<String> sizes) {
        return Stream.of(RUN, sizes, List.of("--out", killed().toString()))
                .flatMap(List::stream)
                .toList();
    }

    private List<String> resume() {
        return List.of("run", "--resume", killed().toString());
    }

    private void kill(String change, int count, List<String> command) throws IOException, InterruptedException {
        SedgeProcess.startSignalled(log(), "KILL", change, count, command).requireKilled();
    }

    private void requireNoTrace(List<String> sizes) throws IOException {
        succeed(resume());
        Path undisturbed = temporary.resolve("undisturbed");
        List<String> command = new ArrayList<>(RUN);
        command.addAll(sizes);
        succeed(command, "--out", undisturbed);
        SedgeProcess.requireSameBytes(undisturbed, killed());
        assertThat(eventsWithoutTimes(killed())).isEqualTo(eventsWithoutTimes(undisturbed));
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
}
