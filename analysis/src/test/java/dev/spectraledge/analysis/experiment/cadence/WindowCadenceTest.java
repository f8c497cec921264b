package dev.spectraledge.analysis.experiment.cadence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Experiments;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TestBackends;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small model that is trained for 300 steps, with a snapshot every 100. */
class WindowCadenceTest {
    private static final List<Long> KEPT =
            LongStream.rangeClosed(0, 3).map(index -> 100 * index).boxed().toList();
    private static final PhaseSteps PHASES =
            PhaseSteps.everywhere("test", Map.of(Phase.AT_GROK, 200L, Phase.LATE, 300L));

    private static final WindowCadence EXPERIMENT = new WindowCadence();

    @TempDir
    private static Path folder;

    private static StudiedRun run;
    private static Findings findings;

    @BeforeAll
    static void measure() {
        run = TinyTraining.write(folder, KEPT, "training.weightDecay=1");
        findings = EXPERIMENT.measure(run, PHASES);
    }

    private static double controlled(String quantity, String item, long step) {
        return findings.value(Procedure.CONTROLLED, quantity, item, step).orElseThrow();
    }

    @Test
    void isRegisteredAndAsksWhoeverKeptItsOptimisersState() throws IOException {
        assertThat(Experiments.named("window-cadence")).isInstanceOf(WindowCadence.class);
        assertThat(EXPERIMENT.suits(run)).isTrue();
        Path without = Files.createDirectory(folder.resolve("without"));
        Files.copy(folder.resolve("step_000000.safetensors"), without.resolve("step_000000.safetensors"));
        RunConfig config = run.config();
        assertThat(EXPERIMENT.suits(StudiedRun.of(without, config, TestBackends.HOST)))
                .isFalse();
    }

    @Test
    void theReplayIsTheRun() {
        assertThat(controlled("replay-distance", "attention", 300)).isZero();
    }

    /** What the snapshots alone can tell. */
    @Test
    void windowsOfSnapshotsAreTheSameWithoutReplay() {
        try (UpdateWindow window = UpdateWindow.ending(run, 300, 100, 3)) {
            double gap = Math.pow(window.singularValue(1), 2) - Math.pow(window.singularValue(2), 2);
            assertThat(controlled("g23", "spectrum/W=3/stride=100", 300)).isCloseTo(gap, within(1e-9 * gap));
        }
    }

    /** 300 steps hold all windows of updates of 1 and 10 steps, W = 3 and 5 of 50, W = 3 of 100. */
    @Test
    void everyWindowThatTheRunReachesIsMeasured() {
        for (String quantity : List.of("gradient-fraction", "curvature", "largest-divergence", "cosine-with-weights")) {
            assertThat(at(quantity, "v1/", 300)).as(quantity).hasSize(5 + 5 + 2 + 1);
        }
        assertThat(at("excess-over-shrink", "edge/", 300)).hasSize(13);
        assertThat(at("rotation", "v1/", 300)).hasSize(5 + 5 + 2);
        for (Claim claim : Claim.values()) {
            double asked = controlled("windows-asked", claim.key(), 300);
            assertThat(asked).isEqualTo(claim == Claim.SLOW_ROTATION ? 12 : 13);
            assertThat(controlled("windows-that-agree", claim.key(), 300)).isBetween(0.0, asked);
            assertThat(findings.remarks())
                    .anySatisfy(remark ->
                            assertThat(remark).startsWith(claim.sentence()).contains("at step 300 in "));
        }
        assertThat(findings.figures()).hasSize(3);
    }

    private static List<Measurement> at(String quantity, String prefix, long step) {
        return findings.measurements().stream()
                .filter(measurement -> measurement.quantity().equals(quantity)
                        && measurement.item().startsWith(prefix)
                        && measurement.step() == step
                        // Windows that are followed from the first step on may be shorter.
                        && findings.value(
                                        Procedure.CONTROLLED,
                                        "gradient-share",
                                        measurement.item().replace("edge/", "v1/"),
                                        step)
                                .isPresent())
                .toList();
    }

    @Test
    void nothingIsSaidTwice() {
        assertThat(findings.measurements().stream()
                        .map(measurement -> measurement.procedure()
                                + measurement.quantity()
                                + measurement.item()
                                + measurement.step()))
                .doesNotHaveDuplicates();
    }

    /** Two tasks of modular arithmetic at once, whose answers are those of whole sequences. */
    @Test
    void modularArithmeticIsAskedTheSame() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("modular"));
        try (StudiedRun modular =
                TinyTraining.writeModular(elsewhere, KEPT, "training.weightDecay=1", "task.operation=add+mul")) {
            assertThat(EXPERIMENT.objection(modular)).isEmpty();
            Findings found = EXPERIMENT.measure(modular, PHASES);
            assertThat(found.value(Procedure.CONTROLLED, "replay-distance", "attention", 300))
                    .hasValue(0);
            for (String quantity :
                    List.of("gradient-fraction", "curvature", "largest-divergence", "cosine-with-weights")) {
                for (String window : List.of("v1/W=3/stride=100", "v1/W=5/stride=50", "v1/W=20/stride=10")) {
                    assertThat(found.value(Procedure.CONTROLLED, quantity, window, 300)
                                    .orElseThrow())
                            .as(quantity + " " + window)
                            .isFinite();
                }
            }
            // The series of a dense run is Dyck's alone.
            assertThat(found.items(Procedure.PUBLISHED, "g23")).isEmpty();
            assertThat(found.figures()).hasSize(3);
        }
    }

    /** A run that kept its state only at the end cannot be repeated from anywhere near. */
    @Test
    void aPhaseThatCannotBeRepeatedIsSaidSo() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("step_0003"))
                    .toList()) {
                Files.copy(file, elsewhere.resolve(file.getFileName()));
            }
        }
        Files.copy(folder.resolve("step_000200.safetensors"), elsewhere.resolve("step_000200.safetensors"));
        Findings none = EXPERIMENT.measure(StudiedRun.of(elsewhere, run.config(), TestBackends.HOST), PHASES);
        assertThat(none.remarks())
                .anySatisfy(remark -> assertThat(remark).contains("no windows at step 300", "optimizerState=true"));
    }
}
