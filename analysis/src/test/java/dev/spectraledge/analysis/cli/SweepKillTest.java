package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.kernels.HeardLogger;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep whose processes are killed and stopped, and which two go on with at once, ends as one that was left alone. */
@Tag("process")
class SweepKillTest {
    private static final int RUNS_ENDED_BY_A_LIFE = 3;
    private static final long SEED = 20_261_122;
    private static final String REPORT = "whole: .*/report.html";
    /** What a life may add to the tables before it is killed: those of a run or two. */
    private static final int MOST_BYTES = 10_000;

    @TempDir
    private Path folder;

    @Test
    void killsAndSignalsLeaveNoTrace() throws Exception {
        SweepPlan plan = plan("killed", 6);
        signalled("KILL", "unfinished: .*/resume.safetensors", 4, plan, "--parallel", "2", "--axis", "2")
                .requireKilled();
        requireNoTrace(plan);
    }

    @Test
    @Tag("nightly")
    void killsAnywhereAndSignalsLeaveNoTrace() throws Exception {
        SweepPlan plan = plan("killed", 60);
        Random random = new Random(SEED);
        for (int life = 0; life < 6; life++) {
            SedgeProcess process = SedgeProcess.start(
                    folder.resolve("life.log"), command(plan), "--parallel", "2", "--axis", life % 2 == 1 ? "3" : "1");
            awaitEnds(process, plan);
            process.awaitGrowth(plan.root(), random.nextInt(MOST_BYTES));
            process.kill();
        }
        requireNoTrace(plan);
    }

    /** Stops the runs that are left as well, and then lets two processes end them. */
    private void requireNoTrace(SweepPlan killed) throws Exception {
        assertThat(count(killed, SweptState.RUNNING))
                .as("runs of dead processes")
                .isZero();

        // Alone what was begun side by side, and then side by side what was begun alone: it need not be known.
        Outcome stopped = CommandLineRunner.sedgeUntil(
                "TERM", "rows: .*/metrics.csv", 1, "sweep", "run", killed.root(), "--parallel", 2, "--axis", 1);
        assertThat(stopped.exitCode()).as(stopped.err()).isEqualTo(StopSignals.TRY_AGAIN);
        assertThat(stopped.err().lines())
                .last()
                .asString()
                .matches("sedge: stopped with \\d+ done and \\d+ to go on with: sedge sweep run " + killed.root());

        twoProcessesDoNoRunTwice(killed);

        SweepPlan undisturbed = plan("undisturbed", killed.runs().size());
        Outcome whole = sedge("sweep", "run", undisturbed.root(), "--parallel", 2);
        assertThat(whole.exitCode()).as(whole.err()).isZero();
        requireSameResults(undisturbed, killed);
    }

    /** Each run that is left is started once more, by one or the other. */
    @SuppressWarnings("try") // changes are heard while the block runs
    private void twoProcessesDoNoRunTwice(SweepPlan plan) throws Exception {
        Map<String, Long> expected = new TreeMap<>();
        for (PlannedRun run : plan.runs()) {
            boolean done = RunStatus.of(plan, run).state() == SweptState.DONE;
            expected.put(run.id(), starts(plan, run) + (done ? 0 : 1));
        }
        // It stands still with a run of its own until this process has ended another.
        SedgeProcess other =
                signalled("STOP", "whole: .*/resume.safetensors", 1, plan, "--parallel", "1", "--axis", "2");
        other.awaitStandstill();
        Consumer<String> onceARunHasEnded = change -> {
            if (change.matches(REPORT)) {
                other.signal("CONT");
            }
        };
        try (HeardLogger changes = new HeardLogger(AtomicFile.class, onceARunHasEnded)) {
            Outcome own = sedge("sweep", "run", plan.root(), "--parallel", 2);
            assertThat(own.exitCode()).as(own.err()).isZero();
        }
        other.requireExitCode(0);
        Map<String, Long> actual = new TreeMap<>();
        for (PlannedRun run : plan.runs()) {
            actual.put(run.id(), starts(plan, run));
        }
        assertThat(actual).isEqualTo(expected);
    }

    private static long starts(SweepPlan plan, PlannedRun run) throws IOException {
        Path log = plan.directory(run).resolve("log.txt");
        if (Files.notExists(log)) {
            return 0;
        }
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(" run directory ")).count();
        }
    }

    private SweepPlan plan(String name, int runs) throws IOException {
        Path file = Files.writeString(
                folder.resolve("sweep.yaml"),
                SweepCommandTest.TINY + "sweep: {grid: {training.weightDecay: [1, 0]}, seeds: " + runs / 2 + "}");
        Path root = folder.resolve(name);
        Outcome planned = sedge("sweep", "plan", file, "-o", root);
        assertThat(planned.exitCode()).as(planned.err()).isZero();
        return SweepPlan.read(root);
    }

    private static List<String> command(SweepPlan plan) {
        return List.of("sweep", "run", plan.root().toString());
    }

    private SedgeProcess signalled(String signal, String change, int count, SweepPlan plan, String... more)
            throws IOException {
        return SedgeProcess.startSignalled(folder.resolve(signal + ".log"), signal, change, count, command(plan), more);
    }

    private static void awaitEnds(SedgeProcess process, SweepPlan plan) throws IOException, InterruptedException {
        long goal = count(plan, SweptState.DONE) + RUNS_ENDED_BY_A_LIFE;
        process.await(goal + " runs have ended", () -> count(plan, SweptState.DONE) >= goal);
    }

    private static long count(SweepPlan plan, SweptState state) {
        return plan.runs().stream()
                .filter(run -> RunStatus.of(plan, run).state() == state)
                .count();
    }

    /**
     * Everything but what tells of processes and of time: {@code log.txt}, {@code environment.json} (arguments), the report
     * (which shows it), what the summary says of speed, and the state to resume from, which is of no use any more and stays
     * one step behind where a process was killed at the very end of a run.
     */
    private static void requireSameResults(SweepPlan expected, SweepPlan actual) throws IOException {
        for (PlannedRun run : expected.runs()) {
            Path one = expected.directory(run);
            Path other = actual.directory(run);
            SedgeProcess.requireSameBytes(one, other, "resume.safetensors");
            assertThat(other.resolve("config.json")).hasSameBinaryContentAs(one.resolve("config.json"));
            assertThat(results(other)).isEqualTo(results(one));
            assertThat(other.resolve("report.html")).isNotEmptyFile();
        }
    }

    private static Map<String, Object> results(Path directory) {
        Map<String, Object> results = new TreeMap<>(Json.readObject(directory.resolve("summary.json")));
        results.keySet().removeAll(List.of("steps_per_second", "observer_fraction", "wall_seconds", "runs_in_process"));
        return results;
    }
}
