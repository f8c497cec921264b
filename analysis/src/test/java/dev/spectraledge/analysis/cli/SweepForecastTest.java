package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepListener;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepForecastTest {
    private static final SweepListener NOBODY = new SweepListener() {
        @Override
        public void failed(PlannedRun run, String reason, Throwable cause) {}

        @Override
        public void waiting(int runs, PlannedRun first, String holder) {}

        @Override
        public void claimLost(String reason) {}
    };

    @TempDir
    private Path folder;

    private SweepPlan plan() throws IOException {
        Path file = folder.resolve("sweep.yaml");
        Files.writeString(file, """
            task: text
            task.source: rules
            training.steps: 1000
            sweep:
              list: [{training.batchSize: 32}, {training.batchSize: 64}, {training.batchSize: 96}]
            """);
        SweepPlan plan = SweepPlan.of(file, folder.resolve("sweep"));
        plan.write(file);
        return plan;
    }

    /** 1,000 steps of .1 s, as many of .2 s and of .3 s, two at once: 300 s. */
    @Test
    void aStepTakesAsMuchLongerAsItHasMoreWorkAndItIsSaidOnce() throws IOException {
        SweepPlan plan = plan();
        List<String> said = new ArrayList<>();
        SweepForecast forecast = new SweepForecast(plan, 2, NOBODY, said::add);
        PlannedRun first = plan.runs().getFirst();
        forecast.paced(first, 1, 0.1);
        forecast.paced(plan.runs().getLast(), 1, 5);
        assertThat(said)
                .containsExactly("about 5 min 0 s of training for 3 runs, by the first steps of " + first.id()
                        + " (0.10 s each); experiments come after that");
    }

    /** The last of them is done, and half of the second: 1,000 · .1 s + 500 · .2 s, two at once. */
    @Test
    void whatIsDoneTakesNoTime() throws IOException {
        SweepPlan plan = plan();
        end(plan, plan.runs().get(1), RunState.STOPPED, 500);
        end(plan, plan.runs().get(2), RunState.DONE, 1000);
        List<String> said = new ArrayList<>();
        new SweepForecast(plan, 2, NOBODY, said::add).paced(plan.runs().getFirst(), 1, 0.1);
        assertThat(said).singleElement().asString().startsWith("about 1 min 40 s of training for 2 runs");
    }

    private static void end(SweepPlan plan, PlannedRun run, RunState state, long step) throws IOException {
        Path directory = Files.createDirectories(plan.directory(run));
        Json.write(
                directory.resolve(RunDirectory.SUMMARY), Map.of(RunDirectory.STATE, state.key(), "final_step", step));
    }
}
