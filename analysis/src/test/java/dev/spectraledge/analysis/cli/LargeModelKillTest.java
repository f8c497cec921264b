package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of 51 million parameters, whose state takes so long to write that kills can meet it half written. */
@Tag("nightly")
class LargeModelKillTest {
    private static final long SEED = 20_261_201;
    private static final int STEPS = 24;
    /** No longer than a step or two take, so that kills come at all their moments and the run does not end before. */
    private static final int MOST_MILLIS = 150;

    private static final List<String> RUN = List.of(
            "run",
            "text",
            "--preset",
            "tinystories-51m",
            "task.source=rules",
            "task.tokens=20000",
            "task.contextLength=16",
            "training.batchSize=2",
            "training.accumulation=1",
            "training.warmUpSteps=4",
            "training.trace=true",
            "evaluation.every=6",
            "evaluation.tokens=32",
            "checkpoints.schedule=list",
            "checkpoints.steps=[12]",
            "checkpoints.resumeEvery=3",
            "observers=[{name: every, stride: 1, window: 3, groups: true}, {name: second, stride: 2, window: 3},"
                    + " {name: fifth, stride: 5, window: 2}]",
            "device=cpu",
            "threads=2",
            "--steps",
            Integer.toString(STEPS));

    @TempDir
    private Path temporary;

    @Test
    void fiveKillsOfWhichTwoMeetAStateThatIsWrittenLeaveNoTrace() throws Exception {
        Path killed = temporary.resolve("killed");
        List<String> resume = List.of("run", "--resume", killed.toString());
        Path checkpoints = killed.resolve("checkpoints");
        Path state = checkpoints.resolve("resume.safetensors");
        Path log = temporary.resolve("log");
        Random random = new Random(SEED);
        List<String> life = command(killed);
        for (int kill = 0; kill < 4; kill++) {
            SedgeProcess process = SedgeProcess.start(log, life);
            process.awaitNewVersion(state);
            if (kill == 0) {
                long part = (long) (random.nextDouble() * Files.size(state) / 2);
                process.await("half a state is written", () -> bytesOfUnfinished(checkpoints) > part);
            } else {
                Thread.sleep(random.nextInt(MOST_MILLIS));
            }
            process.kill();
            life = resume;
        }
        SedgeProcess.startSignalled(log, "KILL", "unfinished: .*/resume.safetensors", 1, resume)
                .requireKilled();
        assertThat(bytesOfUnfinished(checkpoints)).isGreaterThan(Files.size(state) / 2);
        succeed(resume);
        Path undisturbed = temporary.resolve("undisturbed");
        succeed(command(undisturbed));
        SedgeProcess.requireSameBytes(undisturbed, killed);
        assertThat(killed.resolve("groups.csv")).hasSameBinaryContentAs(undisturbed.resolve("groups.csv"));
        assertThat(bytesOfUnfinished(checkpoints)).isZero();
    }

    private static List<String> command(Path out) {
        List<String> command = new ArrayList<>(RUN);
        command.addAll(List.of("--out", out.toString()));
        return command;
    }

    /** Of files that come and go meanwhile. */
    private static long bytesOfUnfinished(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(AtomicFile::isLeftover).toList()) {
                bytes += Files.size(file);
            }
        } catch (NoSuchFileException gone) {
            return bytes;
        }
        return bytes;
    }
}
