package dev.spectraledge.analysis.experiment.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.early.Phase;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseSteps;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
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
