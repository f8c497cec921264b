package dev.spectraledge.analysis.experiment.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GapFlowTest {
    private static final int SNAPSHOTS = 16;

    @TempDir
    private Path folder;

    @Test
    void everyWindowIsSplitAndTheLeadCountedSinceEachPhase() {
        StudiedRun run = SyntheticRun.write(folder, 1, SNAPSHOTS, (index, attention, backend) -> {
            backend.scale(Math.exp(-0.1), attention);
            SyntheticRun.addRandom(attention, backend, index, 0.01);
        });
        PhaseSteps phases = PhaseSteps.everywhere("test", Map.of(Phase.AT_GROK, 500L, Phase.LATE, 1500L));
        Findings findings = new GapFlow().measure(run, phases);
        assertThat(findings.curve(Procedure.CONTROLLED, "gap", "whole")).hasSize(SNAPSHOTS - GapFlow.WINDOW);
        assertThat(findings.value(
                        Procedure.CONTROLLED,
                        "gradient-led",
                        GapFlow.item(GapFlow.WINDOW, Phase.AT_GROK.title()),
                        1500))
                .as("decay alone moves this model")
                .hasValue(0);
        assertThat(findings.value(
                        Procedure.CONTROLLED, "windows", GapFlow.item(GapFlow.WINDOW, Phase.AT_GROK.title()), 1500))
                .hasValue(6);
        assertThat(findings.curve(Procedure.CONTROLLED, "function-excess", "late"))
                .hasSize(1);
        assertThat(findings.figures()).hasSize(1);
    }

    /** Windows of two dominating updates whose weighted k* is 1 and whose plain one is 2. */
    @Test
    void thePublishedRegressionTakesThePositionOfTheLargestRatio() {
        StudiedRun run = SyntheticRun.write(folder, 1, 40, (index, attention, backend) -> {
            SyntheticRun.addRandom(attention, backend, 98, 1.5 + 0.2 * Math.sin(index));
            SyntheticRun.addRandom(attention, backend, 99, index % 2 == 0 ? 0.3 : -0.3);
            SyntheticRun.addRandom(attention, backend, index, 0.05);
        });
        Trajectory trajectory = Trajectory.of(run);
        assertThat(EdgeCourse.of(trajectory, run, 100, GapFlow.WINDOW, SpectralEdge::position)
                        .windows())
                .allSatisfy(window -> assertThat(window.position()).isEqualTo(2));
        assertThat(EdgeCourse.of(trajectory, run, 100, GapFlow.WINDOW, SpectralEdge::weightedPosition)
                        .windows())
                .allSatisfy(window -> assertThat(window.position()).isEqualTo(1));
        Findings findings = new GapFlow().measure(run, PhaseSteps.none());
        double published =
                findings.value(Procedure.PUBLISHED, "fixed-point", "gap", 3900).orElseThrow();
        double weighted = findings.value(Procedure.CONTROLLED, "fixed-point", "gap/weighted", 3900)
                .orElseThrow();
        assertThat(published).isBetween(0.4, 0.8);
        assertThat(weighted).isBetween(2.2, 4.0);
    }

    @Test
    void whatHasTooFewWindowsIsLeftOutAndSaid() {
        StudiedRun run = SyntheticRun.write(
                folder, 1, 9, (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1));
        Findings findings = new GapFlow().measure(run, PhaseSteps.everywhere("test", Map.of(Phase.LATE, 800L)));
        assertThat(findings.measurements())
                .allSatisfy(
                        found -> assertThat(found.value()).as(found.quantity()).isFinite());
        assertThat(String.join("\n", findings.remarks()))
                .contains("no regression", "no test of the gap-flow equation", "checkpoints.every=100");
        double p = findings.value(Procedure.CONTROLLED, "function-p", "v1", 800).orElseThrow();
        assertThat(p).isBetween(1.0 / 40, 1.0);
        assertThat(findings.value(Procedure.CONTROLLED, "function-share", "random/low", 800)
                        .orElseThrow())
                .isLessThan(findings.value(Procedure.CONTROLLED, "function-share", "random/high", 800)
                        .orElseThrow());
    }

    @Test
    void coherenceIsMeasuredAgainstIndependentUpdates() throws IOException {
        PhaseSteps phases = PhaseSteps.everywhere("test", Map.of(Phase.AT_GROK, 500L));
        StudiedRun independent = SyntheticRun.write(
                Files.createDirectory(folder.resolve("independent")),
                1,
                SNAPSHOTS,
                (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1));
        StudiedRun pushed = SyntheticRun.write(
                Files.createDirectory(folder.resolve("pushed")), 1, SNAPSHOTS, (index, attention, backend) -> {
                    SyntheticRun.addRandom(attention, backend, index, 1);
                    SyntheticRun.addRandom(attention, backend, SNAPSHOTS, 1);
                });
        assertThat(overRandom(independent, phases)).isLessThan(2);
        assertThat(overRandom(pushed, phases)).isGreaterThan(5);
    }

    private static double overRandom(StudiedRun run, PhaseSteps phases) {
        return new GapFlow()
                .measure(run, phases)
                .value(
                        Procedure.CONTROLLED,
                        "coherence-over-random",
                        GapFlow.item(GapFlow.WINDOW, Phase.AT_GROK.title()),
                        run.steps().last())
                .orElseThrow();
    }
}
