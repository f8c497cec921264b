package dev.spectraledge.trainer.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStatusTest {
    private static final int MANY = 100;
    private static final ProcessIdentity ELSEWHERE = new ProcessIdentity("elsewhere", 1, "another machine", "");

    @TempDir
    private Path folder;

    @Test
    void smallFilesSayHowFarARunIs() throws IOException {
        SweepPlan plan = SampleSweep.plan(folder, 1);
        PlannedRun run = plan.runs().getFirst();
        Path directory = plan.directory(run);
        assertThat(RunStatus.of(plan, run).state()).isEqualTo(SweptState.WAITING);

        Files.createDirectories(directory);
        try (Claim claim = Claim.acquire(directory, SweepSettings.CLAIM_LIMIT).orElseThrow();
                RunDirectory writing = RunDirectory.begin(directory, run.config(), note -> {})) {
            claim.stepped(40);
            claim.evaluated(0.5, 0.75, -1);
            claim.beat();
            RunStatus running = RunStatus.of(plan, run);
            assertThat(running.state()).isEqualTo(SweptState.RUNNING);
            assertThat(running.step()).isEqualTo(40);
            assertThat(running.testLoss()).isEqualTo(0.5);
            assertThat(running.testAccuracy()).isEqualTo(0.75);
            assertThat(running.grokStep()).isNull();
            assertThat(running.holder()).endsWith(":" + ProcessHandle.current().pid());
            assertThat(running.secondsSinceBeat()).isNotNegative();

            // One of several side by side ends before its claim does.
            writing.writeSummary(
                    RunState.DONE, Map.of("final_step", 50, "grok_step", 30, "test_loss", 0.25, "test_accuracy", 1.0));
            RunStatus done = RunStatus.of(plan, run);
            assertThat(done.state()).isEqualTo(SweptState.DONE);
            assertThat(done.step()).isEqualTo(50);
            assertThat(done.grokStep()).isEqualTo(30);
            assertThat(done.testLoss()).isEqualTo(0.25);
            assertThat(done.testAccuracy()).isEqualTo(1);
            assertThat(done.holder()).isNull();

            writing.writeSummary(RunState.RUNNING, Map.of());
        }
        assertThat(RunStatus.of(plan, run).state()).isEqualTo(SweptState.INTERRUPTED);
        summary(directory, "{\"state\": \"stopped\", \"final_step\": 3}");
        assertThat(RunStatus.of(plan, run).state()).isEqualTo(SweptState.STOPPED);
        summary(directory, "{\"state\": \"failed\", \"error\": \"diverged\"}");
        assertThat(RunStatus.of(plan, run).state()).isEqualTo(SweptState.FAILED);
        assertThat(RunStatus.of(plan, run).failure()).isEqualTo("diverged");
        summary(directory, "{\"sta");
        assertThat(RunStatus.of(plan, run).failure()).contains("not valid JSON");
        Files.delete(directory.resolve("summary.json"));
        Files.createDirectories(plan.failure(run).getParent());
        Files.writeString(plan.failure(run), "the disk is full\n");
        assertThat(RunStatus.of(plan, run).failure()).isEqualTo("the disk is full");
    }

    @Test
    void whoGivesNoSignOfLifeIsNotRunning() throws IOException {
        SweepPlan plan = SampleSweep.plan(folder, 1);
        PlannedRun run = plan.runs().getFirst();
        Path claim = Claim.file(Files.createDirectories(plan.directory(run)));
        Files.writeString(claim, ClaimRecord.begin("token", ELSEWHERE).text());
        assertThat(RunStatus.of(plan, run).holder()).isEqualTo("elsewhere:1");
        Files.setLastModifiedTime(claim, FileTime.from(Instant.now().minus(SweepSettings.CLAIM_LIMIT.multipliedBy(2))));
        assertThat(RunStatus.of(plan, run).state()).isEqualTo(SweptState.WAITING);
    }

    /** Tables, which may be large, are not even opened: in their place stand folders. */
    @Test
    void smallFilesAreEnoughForManyRuns() throws IOException {
        SweepPlan written = SampleSweep.plan(folder, MANY);
        int index = 0;
        for (PlannedRun run : written.runs()) {
            Path directory = Files.createDirectories(written.directory(run));
            if (index % 4 == 0) {
                Files.writeString(
                        Claim.file(directory),
                        ClaimRecord.begin("token", ELSEWHERE).text());
            } else if (index % 4 == 1) {
                summary(directory, "{\"state\": \"done\", \"final_step\": 500, \"grok_step\": 300}");
            } else if (index % 4 == 2) {
                summary(directory, "{\"state\": \"failed\", \"error\": \"diverged\"}");
            }
            for (String table : List.of("metrics.csv", "events.csv", "trace.csv", "spectrum.csv")) {
                Files.createDirectory(directory.resolve(table));
            }
            index++;
        }
        SweepPlan plan = SweepPlan.read(folder);
        Map<SweptState, Integer> counts = new EnumMap<>(SweptState.class);
        plan.runs().forEach(run -> counts.merge(RunStatus.of(plan, run).state(), 1, Integer::sum));
        assertThat(counts)
                .isEqualTo(Map.of(
                        SweptState.RUNNING, 25, SweptState.DONE, 25, SweptState.FAILED, 25, SweptState.WAITING, 25));
    }

    private static void summary(Path directory, String text) throws IOException {
        Files.writeString(directory.resolve("summary.json"), text);
    }
}
