package dev.spectraledge.analysis.experiment.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeTrainingTest {
    private static final List<String> CONDITIONS =
            List.of("edge", "random", "without-edge", "random-of-same-norm", "no-gradient");

    @TempDir
    private Path folder;

    /** Strings of one pair are learned by any of them in some steps: in every comparison each p is one of an exact test. */
    @Test
    void conditionsAreTrainedAndRanked() {
        try (StudiedRun run = TinyTraining.write(
                folder,
                List.of(0L),
                "task.maxPairs=1",
                "training.learningRate=0.01",
                "training.weightDecay=1",
                "evaluation.every=5")) {
            Findings findings = new Findings();
            ConfinedTrainings.measure(run, 0, 10, 60, 4, findings);
            for (String condition : CONDITIONS) {
                for (String p : List.of("earlier-p", "later-p", "lower-loss-p", "higher-loss-p")) {
                    assertThat(findings.value(Procedure.CONTROLLED, p, condition + " against undisturbed", 60)
                                    .orElseThrow())
                            .isBetween(1.0 / 35, 1.0);
                }
            }
            assertThat(findings.value(Procedure.PUBLISHED, "grok-step", "edge", 60)
                            .orElseThrow())
                    .isBetween(1.0, 60.0);
            assertThat(findings.value(Procedure.PUBLISHED, "times-faster", "random", 60)
                            .orElseThrow())
                    .isPositive();
            assertThat(findings.value(Procedure.CONTROLLED, "earlier-p", "edge against random", 60)
                            .orElseThrow())
                    .isBetween(0.05, 1.0);
            assertThat(findings.remarks()).singleElement().asString().contains("from step 0 to step 60");
        }
    }

    @Test
    void responsesAndTrainingsOfARunAreMeasured() {
        try (StudiedRun run = TinyTraining.write(
                folder, List.of(0L, 20L, 40L, 60L), "training.weightDecay=1", "evaluation.every=20")) {
            assertThat(new EdgeTraining().objection(run)).isEmpty();
            Findings findings = new EdgeTraining().measure(run, PhaseSteps.given(List.of(60L)));
            assertThat(findings.value(Procedure.CONTROLLED, "replay-distance", "run", 60))
                    .hasValue(0);
            for (String item : List.of("gradients/v1", "gradients/last", "updates-of-a-step/v1")) {
                assertThat(findings.value(Procedure.PUBLISHED, "response-over-random", item, 60)
                                .orElseThrow())
                        .isPositive();
                assertThat(findings.value(Procedure.CONTROLLED, "response-p", item, 60)
                                .orElseThrow())
                        .isBetween(1.0 / 21, 1.0);
                assertThat(findings.value(Procedure.CONTROLLED, "logit-response-p", item, 60)
                                .orElseThrow())
                        .isBetween(1.0 / 21, 1.0);
            }
            for (String condition : CONDITIONS) {
                assertThat(findings.value(Procedure.CONTROLLED, "mean-test-loss", condition, 60)
                                .orElseThrow())
                        .isPositive();
            }
            assertThat(findings.figures()).hasSize(1);
        }
    }

    @Test
    void aRunWithoutStatesSaysWhatKeepsThem() throws IOException {
        try (StudiedRun run = SyntheticRun.write(folder, 1, 4, (index, attention, backend) -> {})) {
            assertThat(new EdgeTraining().objection(run))
                    .hasValue("needs snapshots with the optimiser state (checkpoints.optimizerState=true keeps it)");
        }
        Path other = Files.createDirectory(folder.resolve("from-20"));
        try (StudiedRun run = TinyTraining.write(other, List.of(20L), "training.weightDecay=1")) {
            Files.delete(run.optimizerState(20).orElseThrow());
            assertThatThrownBy(() -> new EdgeTraining()
                            .measure(run, PhaseSteps.given(List.of(20L)))
                            .requireNumbers("edge-training of run"))
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining(
                            "edge-training of run measured nothing: no gradients of the 20 steps up to 20;"
                                    + " a run with checkpoints.optimizerState=true keeps what that needs");
        }
    }

    @Test
    void aRunWithoutDecayIsNotAsked() {
        try (StudiedRun run = TinyTraining.write(folder, List.of(0L), "training.weightDecay=0")) {
            assertThat(new EdgeTraining().objection(run)).hasValue("needs a run with weight decay");
        }
    }

    @Test
    void weightsThatAreNoNumbersAreNamedInOneLine() {
        try (StudiedRun run = TinyTraining.write(folder, List.of(0L, 30L), "training.weightDecay=1")) {
            SyntheticRun.write(folder, 1, 2, (index, attention, backend) -> backend.fill(attention, Double.NaN));
            try (StudiedRun broken = StudiedRun.of(folder, run.config(), run.backends())) {
                assertThatThrownBy(() -> new EdgeTraining().measure(broken, PhaseSteps.given(List.of(100L))))
                        .isInstanceOf(RunException.class)
                        .hasMessageContaining("step_000100")
                        .satisfies(failure ->
                                assertThat(failure.getMessage().lines()).hasSize(1));
            }
        }
    }
}
