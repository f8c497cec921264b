package dev.spectraledge.analysis.experiment.trajectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.TestBackends;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconstructionTest {
    @TempDir
    private Path folder;

    private StudiedRun learned(long last) {
        return TinyTraining.write(
                folder,
                LongStream.rangeClosed(0, last / 10)
                        .map(index -> 10 * index)
                        .boxed()
                        .toList(),
                "task.maxPairs=1",
                "training.learningRate=0.01",
                "training.weightDecay=1");
    }

    private static Findings measure(StudiedRun run) {
        return new Reconstruction().measure(run, PhaseSteps.none());
    }

    /** Strings of one pair of parentheses are learned in some ten steps; what is edited of θ itself does not bring θ_0 back. */
    @Test
    void aModelThatHasLearnedIsRebuiltOfItsWay() {
        try (StudiedRun run = learned(100)) {
            assertThat(new Reconstruction().objection(run)).isEmpty();
            Findings findings = measure(run);
            assertThat(findings.value(Procedure.PUBLISHED, "test-accuracy", "base", 100))
                    .hasValue(1);
            assertThat(findings.value(Procedure.CONTROLLED, "certificate", "trajectory", 100)
                            .orElseThrow())
                    .isLessThan(1e-7);
            for (String item : List.of("uncentred", "centred-with-start")) {
                assertThat(findings.value(Procedure.PUBLISHED, "directions-needed", item, 100)
                                .orElseThrow())
                        .as(item)
                        .isBetween(1.0, 10.0);
            }
            for (String anchor : List.of("zero", "decayed-start")) {
                assertThat(findings.value(Procedure.CONTROLLED, "directions-needed", anchor + "/uncentred", 100)
                                .orElseThrow())
                        .isBetween(1.0, 10.0);
                for (String edit : List.of("scaled/0.99", "pruned/0.9", "truncated/96")) {
                    assertThat(findings.value(Procedure.CONTROLLED, "test-accuracy", anchor + "/" + edit, 100)
                                    .orElseThrow())
                            .as(edit)
                            .isBetween(0.0, 1.0);
                }
            }
            for (String model : List.of("independent", "lag-matched")) {
                assertThat(findings.value(Procedure.CONTROLLED, "few-directions-p", "start/" + model, 100)
                                .orElseThrow())
                        .isBetween(1.0 / 200, 1.0);
            }
            assertThat(findings.figures())
                    .singleElement()
                    .satisfies(figure -> assertThat(figure.panels())
                            .allMatch(panel -> !panel.lines().isEmpty()));
        }
    }

    /** The least part that decay can have left of θ_0 is what the closed form says: (1 − ηω)^T. */
    @Test
    void theDecayedStartIsWhatDecayLeavesOfTheStart() {
        try (StudiedRun run = learned(40)) {
            Findings findings = measure(run);
            double whole = findings.value(Procedure.CONTROLLED, "point-norm", "start", 40)
                    .orElseThrow();
            double left = findings.value(Procedure.CONTROLLED, "point-norm", "decayed-start", 40)
                    .orElseThrow();
            assertThat(left / whole).isCloseTo(Math.pow(1 - 0.01, 40), within(1e-12));
            assertThat(findings.value(Procedure.CONTROLLED, "point-norm", "zero", 40))
                    .hasValue(0);
        }
    }

    /** Attention matrices that walk along three directions, and ones that walk anywhere. */
    @Test
    void aWalkInThreeDirectionsIsFoundAndARandomOneIsNot() throws IOException {
        try (StudiedRun few = SyntheticRun.write(
                        Files.createDirectory(folder.resolve("few")),
                        0,
                        12,
                        (index, attention, backend) ->
                                SyntheticRun.addRandom(attention, backend, index % 3, 1 + index % 5));
                StudiedRun any = SyntheticRun.writeRandom(folder.resolve("any"), 12)) {
            assertThat(measure(few)
                            .value(Procedure.CONTROLLED, "few-directions-p", "start/independent", 1100)
                            .orElseThrow())
                    .isEqualTo(1.0 / 200);
            assertThat(measure(any)
                            .value(Procedure.CONTROLLED, "few-directions-p", "start/independent", 1100)
                            .orElseThrow())
                    .isGreaterThan(0.05);
        }
    }

    @Test
    void fewerThanFourSnapshotsOrAMissingOneAreSaidInOneLine() throws IOException {
        try (StudiedRun run = learned(20)) {
            assertThatThrownBy(() -> measure(run).requireNumbers("reconstruction of run"))
                    .isInstanceOf(RunException.class)
                    .hasMessage("reconstruction of run measured nothing: no trajectory: it takes 4 snapshots at equal"
                            + " distances, and there are 3, of which 3 are; a run with checkpoints.schedule=every"
                            + " checkpoints.every=100 keeps what that needs");
        }
        Path other = Files.createDirectory(folder.resolve("uneven"));
        try (StudiedRun run = TinyTraining.write(other, List.of(0L, 10L, 20L, 40L, 50L))) {
            assertThatThrownBy(() -> measure(run).requireNumbers("reconstruction of run"))
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining("there are 5, of which 0 are")
                    .hasMessageContaining("checkpoints.every=100");
        }
    }

    @Test
    void weightsThatAreNoNumbersAreNamed() {
        try (StudiedRun run = SyntheticRun.write(
                folder, 0, 5, (index, attention, backend) -> backend.fill(attention, index == 2 ? Double.NaN : 1))) {
            assertThatThrownBy(() -> measure(run))
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining("step_000300")
                    .satisfies(
                            failure -> assertThat(failure.getMessage().lines()).hasSize(1));
        }
    }

    @Test
    void weightDecayMustActOnAllWeightsAlike() {
        try (StudiedRun run = TinyTraining.write(folder, List.of(0L), "training.weightDecay=1");
                StudiedRun some = StudiedRun.of(
                        folder,
                        TinyTraining.write(folder, List.of(0L), "training.weightDecay=1", "training.decayed=matrices")
                                .config(),
                        TestBackends.HOST)) {
            assertThat(new Reconstruction().objection(run)).isEmpty();
            assertThat(new Reconstruction().objection(some))
                    .hasValueSatisfying(reason -> assertThat(reason).contains("training.decayed=all"));
        }
    }
}
