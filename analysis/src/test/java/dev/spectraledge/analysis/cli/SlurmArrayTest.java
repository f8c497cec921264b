package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sweep as a job array of a real Slurm: one run fails alone; a task that Slurm queues again, and one that queues itself
 * again because its time is up, go on and end with the bytes of runs that were left alone.
 */
@Tag("nightly")
class SlurmArrayTest {
    private static final int FAILING = 5;
    private static final int QUEUED_AGAIN = 2;
    private static final int TIME_IS_UP = 3;
    private static final int ROWS_BEFORE_SIGNAL = 5;

    /** States to resume from are due at the end only: whatever else there is was written because of a signal. */
    private static final String SWEEP = """
        task: dyck
        model: {width: 32, heads: 2, feedForwardWidth: 48}
        training.steps: 800
        evaluation.every: 50
        checkpoints.resumeEvery: 12000
        observers: [{name: paper, stride: 20, window: 5, nullEvery: 5}]
        sweep:
          list:
            - {training.seed: 1}
            - {training.seed: 2}
            - {training.seed: 3, training.steps: 12000}
            - {training.seed: 4, training.steps: 12000}
            - {training.seed: 5}
            - {training.seed: 6, training.learningRate: 1e30}
            - {training.seed: 7}
            - {training.seed: 8}
        """;

    @TempDir
    private Path temporary;

    @Test
    void aTaskThatIsQueuedAgainEndsWithTheBytesOfOneLeftAlone() throws Exception {
        try (LocalSlurm slurm = LocalSlurm.start(temporary)) {
            SweepPlan array = plan("R&D #1, 100% \"$(touch PWNED)\"");
            Path script = temporary.resolve("job.sh");
            Files.writeString(
                    script,
                    sedge(
                                    "sweep",
                                    "slurm",
                                    array.root(),
                                    "--array-size",
                                    8,
                                    "--throttle",
                                    2,
                                    "--time",
                                    "30",
                                    "--program",
                                    program())
                            .out());
            String job = slurm.run("sbatch", "--parsable", script.toString());

            awaitRows(array, QUEUED_AGAIN);
            slurm.run("scontrol", "requeue", job + "_" + QUEUED_AGAIN);
            awaitRows(array, TIME_IS_UP);
            warn(array, TIME_IS_UP);
            awaitEnd(slurm, job);

            List<String> tasks =
                    slurm.run("scontrol", "show", "job", "-o", job).lines().toList();
            assertThat(tasks).hasSize(8);
            for (int task = 0; task < 8; task++) {
                boolean again = task == QUEUED_AGAIN || task == TIME_IS_UP;
                String shown = taskLine(tasks, task);
                assertThat(field(shown, "JobState")).isEqualTo(task == FAILING ? "FAILED" : "COMPLETED");
                assertThat(field(shown, "ExitCode")).isEqualTo(task == FAILING ? "1:0" : "0:0");
                assertThat(field(shown, "Restarts")).isEqualTo(again ? "1" : "0");
                assertThat(log(array, job, task).contains("stopped with 0 done"))
                        .isEqualTo(again);
            }
            RunStatus failed = RunStatus.of(array, array.runs().get(FAILING));
            assertThat(failed.state()).isEqualTo(SweptState.FAILED);
            assertThat(log(array, job, FAILING)).contains(failed.failure());

            SweepPlan alone = plan("alone");
            assertThat(sedge("sweep", "run", alone.root(), "--parallel", 2).exitCode())
                    .isEqualTo(1);
            for (PlannedRun run : alone.runs()) {
                if (!run.equals(alone.runs().get(FAILING))) {
                    SedgeProcess.requireSameBytes(alone.directory(run), array.directory(run));
                }
            }
        }
    }

    private SweepPlan plan(String name) throws IOException {
        Path file = Files.writeString(temporary.resolve("sweep.yaml"), SWEEP);
        Path root = temporary.resolve(name);
        assertThat(sedge("sweep", "plan", file, "-o", root).exitCode()).isZero();
        return SweepPlan.read(root);
    }

    /** What the launcher does, with the classes of this test; Slurm's libraries are none of Java's business. */
    private Path program() throws IOException {
        Path file = temporary.resolve("sedge");
        Files.writeString(file, """
            #!/bin/bash
            unset LD_LIBRARY_PATH
            exec '%s' %s "$@"
            """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        String.join(
                                " ",
                                "-Xmx512m -XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED --add-modules=jdk.incubator.vector",
                                "-cp '" + System.getProperty("java.class.path") + "'",
                                Sedge.class.getName())));
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    /** Waits until a task is in the middle of its run. */
    private static void awaitRows(SweepPlan plan, int task) throws Exception {
        Path table = plan.directory(plan.runs().get(task)).resolve("metrics.csv");
        LocalSlurm.await(() -> rows(table) >= ROWS_BEFORE_SIGNAL);
    }

    /** As Slurm does two minutes before the time is up: SIGUSR1 to the script alone, which has started the program. */
    private static void warn(SweepPlan plan, int task) throws Exception {
        String holder = RunStatus.of(plan, plan.runs().get(task)).holder();
        long program = Long.parseLong(holder.substring(holder.lastIndexOf(':') + 1));
        long script =
                ProcessHandle.of(program).orElseThrow().parent().orElseThrow().pid();
        Signals.send("USR1", script);
    }

    private static long rows(Path table) throws IOException {
        if (Files.notExists(table)) {
            return 0;
        }
        try (var lines = Files.lines(table)) {
            return lines.count();
        }
    }

    private static void awaitEnd(LocalSlurm slurm, String job) throws Exception {
        LocalSlurm.await(() -> slurm.run("squeue", "-h", "-j", job).isEmpty());
    }

    private static String taskLine(List<String> tasks, int task) {
        return tasks.stream()
                .filter(line -> field(line, "ArrayTaskId").equals(Integer.toString(task)))
                .findFirst()
                .orElseThrow();
    }

    private static String field(String line, String name) {
        Matcher matcher = Pattern.compile("\\b" + name + "=(\\S+)").matcher(line);
        assertThat(matcher.find()).as("%s in %s", name, line).isTrue();
        return matcher.group(1);
    }

    private static String log(SweepPlan plan, String job, int task) throws IOException {
        return Files.readString(plan.root().resolve("slurm-" + job + "_" + task + ".log"));
    }
}
