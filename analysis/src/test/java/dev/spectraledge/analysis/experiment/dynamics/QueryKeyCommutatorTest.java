package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.GoldenRun;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against the values that were measured on the reference run (its first layer; three decimals). */
class QueryKeyCommutatorTest {
    private static final double PRINTED = 0.0006;

    private static Findings findings;

    @BeforeAll
    static void measure() {
        StudiedRun run = GoldenRun.dyck();
        findings = new QueryKeyCommutator().measure(run, PhaseSteps.published("dyck"));
    }

    private static double published(String quantity, String item, long step) {
        return findings.value(Procedure.PUBLISHED, quantity, item, step).orElseThrow();
    }

    @Test
    void normsAreThoseOfTheReference() {
        assertThat(published("commutator", "all", 0)).isCloseTo(8.053, within(PRINTED));
        assertThat(published("commutator", "all", 600)).isCloseTo(2.721, within(PRINTED));
        assertThat(published("commutator", "all", 2000)).isCloseTo(0.721, within(PRINTED));
        assertThat(published("singular-value", "W_Q/1", 0)).isCloseTo(1.39, within(0.006));
        assertThat(published("singular-value", "W_Q/2", 0)).isCloseTo(1.36, within(0.006));
        assertThat(published("singular-value", "W_Q/3", 0)).isCloseTo(1.34, within(0.006));
    }

    @Test
    void thePublishedPeakIsTheFirstAdmissibleSnapshotAndTheFreeOneTheVeryFirst() {
        assertThat(published("event-step", "commutator-peak", 5000)).isEqualTo(600);
        assertThat(findings.value(Procedure.CONTROLLED, "event-step", "commutator-peak", 5000))
                .hasValue(0);
        assertThat(findings.value(Procedure.CONTROLLED, "peak-is-first-admissible", "commutator", 5000))
                .hasValue(1);
    }

    @Test
    void withoutItsScaleTheCommutatorStaysThatOfIndependentMatrices() {
        double random = findings.value(Procedure.CONTROLLED, "relative-commutator", "independent-matrices", 5000)
                .orElseThrow();
        for (long step : new long[] {0, 200, 400, 600, 1000, 1400}) {
            assertThat(findings.value(Procedure.CONTROLLED, "relative-commutator", "all", step)
                            .orElseThrow())
                    .isCloseTo(random, within(0.02 * random));
        }
    }
}
