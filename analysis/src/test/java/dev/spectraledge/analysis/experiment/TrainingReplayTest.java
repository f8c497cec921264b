package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training is cut into pieces that are done once more: they must meet what the run kept, bit for bit. */
class TrainingReplayTest {
    private static final List<Long> KEPT = List.of(0L, 4L, 9L, 12L);

    @TempDir
    private Path folder;

    @Test
    void meetsTheSnapshotsThatTheRunKept() {
        StudiedRun run = TinyTraining.write(folder, KEPT);
        try (TrainingReplay replay = new TrainingReplay(run, 4, List.of())) {
            replay.advanceTo(7);
            replay.advanceTo(12);
            assertThat(replay.distance()).isZero();
        }
        try (TrainingReplay replay = new TrainingReplay(run, 0, List.of())) {
            replay.advanceTo(12);
            assertThat(replay.distance()).isZero();
        }
    }

    @Test
    void meetsThoseOfSinglePrecisionAndAScheduleAsWell() {
        StudiedRun run = TinyTraining.write(
                folder,
                KEPT,
                "training.precision=float32",
                "training.learningRateSchedule=cosine",
                "training.warmUpSteps=5",
                "training.cosineSteps=20");
        try (TrainingReplay replay = new TrainingReplay(run, 4, List.of())) {
            replay.advanceTo(12);
            assertThat(replay.distance()).isZero();
        }
    }

    /** What was kept is not what the configuration trains to. */
    @Test
    void saysHowFarAnotherTrainingIs() throws IOException {
        TinyTraining.write(folder, KEPT, "training.learningRate=0.002");
        Path elsewhere = Files.createDirectory(folder.resolve("own"));
        StudiedRun other =
                StudiedRun.of(folder, TinyTraining.write(elsewhere, List.of(0L)).config(), TestBackends.HOST);
        try (TrainingReplay replay = new TrainingReplay(other, 4, List.of())) {
            replay.advanceTo(9);
            assertThat(replay.distance()).isGreaterThan(1e-3);
        }
    }

    @Test
    void beginsWhereTheRunKeptItsStateOrAtZero() throws IOException {
        StudiedRun run = TinyTraining.write(folder, KEPT);
        assertThat(TrainingReplay.start(run, 11)).hasValue(9);
        Files.delete(folder.resolve("step_000009.optimizer.safetensors"));
        Files.delete(folder.resolve("step_000004.optimizer.safetensors"));
        assertThat(TrainingReplay.start(run, 11)).hasValue(0);
        assertThatThrownBy(() -> new TrainingReplay(run, 9, List.of()))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("saved no optimiser state at step 9");
        Files.delete(folder.resolve("step_000000.safetensors"));
        assertThat(TrainingReplay.start(StudiedRun.of(folder, run.config(), TestBackends.HOST), 11))
                .isEmpty();
    }

    /** Nobody knows from the configuration when it changed. */
    @Test
    void refusesAScheduleThatWaitsForAnEvent() {
        StudiedRun run = TinyTraining.write(
                folder,
                KEPT,
                "training.weightDecayChange=grok",
                "training.finalWeightDecay=0",
                "training.weightDecay=1");
        assertThat(TrainingReplay.start(run, 11)).isEmpty();
        assertThatThrownBy(() -> new TrainingReplay(run, 4, List.of()))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("weightDecayChange");
    }
}
