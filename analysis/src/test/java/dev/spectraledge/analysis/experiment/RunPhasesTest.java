package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Phases are found in a run's own metrics. */
class RunPhasesTest {
    private static final TreeSet<Long> SNAPSHOTS =
            new TreeSet<>(List.of(0L, 100L, 200L, 300L, 400L, 700L, 1000L, 5000L));

    @TempDir
    private Path folder;

    @Test
    void phasesAreFoundInTheRunsOwnMetrics() throws IOException {
        PhaseSteps steps = runWith(0.96).phases(SNAPSHOTS);
        assertThat(steps.origin()).isEqualTo("detected");
        assertThat(steps.of(PhaseTable.B)).containsEntry(Phase.AT_GROK, 400L).containsEntry(Phase.LATE, 5000L);
    }

    @Test
    void aRunThatNeverGrokkedHasOnlyItsEnd() throws IOException {
        assertThat(runWith(0.94).phases(SNAPSHOTS).of(PhaseTable.B)).isEqualTo(Map.of(Phase.LATE, 5000L));
    }

    @Test
    void aRunWithoutMetricsSaysWhatElseThereIs() {
        StudiedRun run = SyntheticRun.write(folder, 1, 1, (index, attention, backend) -> {});
        assertThatThrownBy(() -> run.phases(SNAPSHOTS))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("has no metrics.csv")
                .hasMessageContaining("--phases STEP,STEP");
    }

    /** A run whose test accuracy is first at least 0.95 at step 400, if it is given so much. */
    private StudiedRun runWith(double accuracyAt400) throws IOException {
        Files.writeString(
                folder.resolve("metrics.csv"),
                "step,test_accuracy\n100,0.5\n200,0.9\n300,0.949\n400," + accuracyAt400 + "\n500,0.9\n");
        return SyntheticRun.write(folder, 1, 1, (index, attention, backend) -> {});
    }
}
