package dev.spectraledge.analysis.experiment.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.GoldenRun;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HalfStabilityTest {
    private static final int SNAPSHOTS = 12;
    private static final PhaseSteps PHASES = PhaseSteps.everywhere("test", Map.of(Phase.LATE, 1100L));

    private final HalfStability experiment = new HalfStability();

    @TempDir
    private Path folder;

    @Test
    void printsTheReferencesNumbers() {
        Findings findings = experiment.measure(GoldenRun.dyck(), PhaseSteps.published("dyck"));
        // Three decimals of loss_decomposition.txt.
        assertThat(stability(findings, "v1", 300)).isEqualTo(1);
        assertThat(stability(findings, "v1", 600)).isCloseTo(0.770, within(5.1e-4));
        assertThat(stability(findings, "v2", 600)).isCloseTo(0.155, within(5.1e-4));
        assertThat(stability(findings, "v1", 1500)).isCloseTo(0.318, within(5.1e-4));
        assertThat(stability(findings, "v2", 1500)).isCloseTo(0.212, within(5.1e-4));
        assertThat(stability(findings, "v1", 4000)).isCloseTo(0.108, within(5.1e-4));
        assertThat(stability(findings, "v2", 4000)).isCloseTo(0.490, within(5.1e-4));
    }

    @Test
    void independentUpdatesAreAsStableAsTheirSurrogates() {
        Findings findings = experiment.measure(
                SyntheticRun.write(
                        folder,
                        0,
                        SNAPSHOTS,
                        (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1)),
                PHASES);
        assertThat(stability(findings, "v1", 1100)).isLessThan(0.3);
        assertThat(byChance(findings)).isGreaterThan(0.02);
    }

    @Test
    void aLastingDirectionIsMoreStableThanChance() {
        Findings findings = experiment.measure(
                SyntheticRun.write(folder, 0, SNAPSHOTS, (index, attention, backend) -> {
                    SyntheticRun.addRandom(attention, backend, 99, 1);
                    SyntheticRun.addRandom(attention, backend, index, 0.5);
                }),
                PHASES);
        assertThat(stability(findings, "v1", 1100)).isGreaterThan(0.8);
        assertThat(byChance(findings)).isEqualTo(0.01);
    }

    private static double stability(Findings findings, String item, long step) {
        return findings.value(Procedure.PUBLISHED, "stability", item, step).orElseThrow();
    }

    private static double byChance(Findings findings) {
        return findings.value(Procedure.CONTROLLED, "as-stable-by-chance", "v1/independent", 1100)
                .orElseThrow();
    }
}
