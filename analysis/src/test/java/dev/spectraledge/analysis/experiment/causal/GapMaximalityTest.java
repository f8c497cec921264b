package dev.spectraledge.analysis.experiment.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.weights.LossAlong;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.trainer.RunException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GapMaximalityTest {
    @TempDir
    private Path folder;

    private StudiedRun trained(long snapshots) {
        return TinyTraining.write(
                folder,
                LongStream.range(0, snapshots).map(index -> 100 * index).boxed().toList(),
                "evaluation.every=100",
                "training.batchSize=8");
    }

    @Test
    void positionsAreFoundAndGapsAreClosed() {
        try (StudiedRun run = trained(6)) {
            assertThat(new GapMaximality().objection(run)).isEmpty();
            Findings findings = new GapMaximality().measure(run, PhaseSteps.given(List.of(500L)));
            for (String pair : List.of("ratio and curvature", "ratio and removal", "all three")) {
                assertThat(findings.value(Procedure.CONTROLLED, "windows-that-coincide", pair, 500)
                                .orElseThrow())
                        .isBetween(0.0, 10.0);
                assertThat(findings.value(Procedure.CONTROLLED, "coincidence-p", pair, 500)
                                .orElseThrow())
                        .isBetween(1.0 / 50, 1.0);
            }
            assertThat(findings.value(Procedure.CONTROLLED, "harm-p", "edge", 500)
                            .orElseThrow())
                    .isBetween(0.1, 1.0);
            assertThat(findings.value(Procedure.CONTROLLED, "norm-lost", "edge", 500)
                            .orElseThrow())
                    .isPositive();
            for (String item : List.of("random-1", "random-3")) {
                assertThat(findings.value(Procedure.CONTROLLED, "test-loss", item, 500)
                                .orElseThrow())
                        .isPositive();
            }
            try (StudiedModel model =
                    StudiedModel.of(run, run.data().test(), run.data().test().size())) {
                model.load(500);
                double loss = model.evaluate().loss();
                assertThat(findings.value(Procedure.CONTROLLED, "test-loss", "undisturbed/own batches", 500)
                                .orElseThrow())
                        .isCloseTo(loss, within(1e-12 * loss));
            }
            assertThat(findings.figures()).hasSize(1);
            assertThat(findings.remarks()).isEmpty();
        }
    }

    /** The same as by one direction at a time. */
    @Test
    void curvaturesAlongAllDirectionsAreThoseAlongEach() {
        try (StudiedRun run = trained(5);
                StudiedModel model = StudiedModel.of(run, run.data().train(), 50);
                UpdateWindow window = UpdateWindow.ending(run, 400, 100, 4)) {
            model.load(400);
            double[][] curvature = WindowCurvature.of(model, window);
            LossAlong loss = new LossAlong(model);
            loss.load(400);
            for (int j = 0; j < window.size(); j++) {
                assertThat(curvature[j][j])
                        .isCloseTo(loss.curvatureByCentralDifference(window.direction(j)), within(1e-9));
                assertThat(curvature[j][0]).isEqualTo(curvature[0][j]);
            }
        }
    }

    @Test
    void fewerThanThreeUpdatesAreSaidInOneLine() {
        try (StudiedRun run = trained(3)) {
            assertThatThrownBy(() -> new GapMaximality()
                            .measure(run, PhaseSteps.given(List.of(200L)))
                            .requireNumbers("gap-maximality of run"))
                    .isInstanceOf(RunException.class)
                    .hasMessageStartingWith("gap-maximality of run measured nothing: no window of 3 or more updates of"
                            + " 100 steps; a run with checkpoints.schedule=every checkpoints.every=100 keeps");
        }
    }

    @Test
    void snapshotsAtUnequalDistancesHaveNoWindow() {
        try (StudiedRun run = TinyTraining.write(folder, List.of(0L, 100L, 150L, 300L, 350L), "evaluation.every=100")) {
            assertThatThrownBy(() -> new GapMaximality()
                            .measure(run, PhaseSteps.given(List.of(350L)))
                            .requireNumbers("gap-maximality of run"))
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining("checkpoints.every=100");
        }
    }

    @Test
    void aWindowWithoutAStateSoonBeforeItIsSaid() throws Exception {
        try (StudiedRun run = trained(16)) {
            for (long step = 0; step < 1500; step += 100) {
                Files.delete(run.optimizerState(step).orElseThrow());
            }
            Findings findings = new GapMaximality().measure(run, PhaseSteps.given(List.of(1500L)));
            assertThat(findings.remarks())
                    .singleElement()
                    .asString()
                    .contains("no training up to step 1500")
                    .contains("checkpoints.optimizerState=true");
        }
        Path other = Files.createDirectory(folder.resolve("stateless"));
        try (StudiedRun run = SyntheticRun.write(other, 1, 4, (index, attention, backend) -> {})) {
            assertThat(new GapMaximality().objection(run)).isPresent();
        }
    }

    @Test
    void weightsThatAreNoNumbersAreNamedInOneLine() {
        try (StudiedRun run = trained(3)) {
            SyntheticRun.write(folder, 1, 5, (index, attention, backend) -> {
                if (index == 3) {
                    backend.fill(attention, Double.NaN);
                }
            });
            try (StudiedRun broken = StudiedRun.of(folder, run.config(), run.backends())) {
                assertThatThrownBy(() -> new GapMaximality().measure(broken, PhaseSteps.given(List.of(400L))))
                        .isInstanceOf(RunException.class)
                        .hasMessageContaining("step_000400");
            }
        }
    }
}
