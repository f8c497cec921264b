package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep whose processes are killed and stopped, and which two go on with at once, ends as one that was left alone. */
@Tag("process")
class SweepKillTest {
    private static final int RUNS_ENDED_BY_A_LIFE = 3;
    private static final long SEED = 20_261_122;
    /** What a life may add to the tables before it is killed: those of a run or two. */
    private static final int MOST_BYTES = 10_000;

    @TempDir
    private Path folder;

    @Test
    void killsAndSignalsLeaveNoTrace() throws Exception {
        killsAndSignalsLeaveNoTrace(28, 2);
    }

    @Test
    @Tag("nightly")
    void moreKillsAndSignalsLeaveNoTrace() throws Exception {
        killsAndSignalsLeaveNoTrace(60, 6);
    }

    private void killsAndSignalsLeaveNoTrace(int runs, int kills) throws Exception {
        SweepPlan undisturbed = plan("undisturbed", runs);
        Outcome whole = sedge("sweep", "run", undisturbed.root(), "--parallel", 2);
        assertThat(whole.exitCode()).as(whole.err()).isZero();

        SweepPlan killed = plan("killed", runs);
        Random random = new Random(SEED);
        for (int life = 0; life < kills; life++) {
            // Alone or side by side: who goes on with a run need not know how it was begun.
            SedgeProcess process =
                    start("life-" + life, killed, "--parallel", "2", "--axis", life % 2 == 1 ? "3" : "1");
            awaitEnds(process, killed);
            process.awaitGrowth(killed.root(), random.nextInt(MOST_BYTES));
            process.kill();
        }
        assertThat(count(killed, SweptState.RUNNING))
                .as("runs of dead processes")
                .isZero();

        SedgeProcess stopped = start("stopped", killed, "--parallel", "2");
        awaitEnds(stopped, killed);
        stopped.signal("TERM");
        stopped.requireExitCode(StopSignals.TRY_AGAIN);
        assertThat(stopped.output().lines())
                .last()
                .asString()
                .matches("sedge: stopped with \\d+ done and \\d+ to go on with: sedge sweep run " + killed.root());

        twoProcessesDoNoRunTwice(killed);
        requireSameResults(undisturbed, killed);
    }

    /** Each run that is left is started once more, by one or the other. */
    private void twoProcessesDoNoRunTwice(SweepPlan plan) throws Exception {
        Map<String, Long> expected = new TreeMap<>();
        for (PlannedRun run : plan.runs()) {
            boolean done = RunStatus.of(plan, run).state() == SweptState.DONE;
            expected.put(run.id(), starts(plan, run) + (done ? 0 : 1));
        }
        SedgeProcess one = start("one", plan, "--parallel", "2");
        SedgeProcess two = start("two", plan, "--parallel", "1", "--axis", "2");
        one.requireExitCode(0);
        two.requireExitCode(0);
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

    private SedgeProcess start(String name, SweepPlan plan, String... more) throws IOException {
        return SedgeProcess.start(
                folder.resolve(name + ".log"),
                List.of("sweep", "run", plan.root().toString()),
                more);
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
