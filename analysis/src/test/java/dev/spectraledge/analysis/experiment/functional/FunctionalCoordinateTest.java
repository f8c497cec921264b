package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.PhaseSteps;
import dev.spectraledge.analysis.experiment.Procedure;
import org.junit.jupiter.api.Test;

/** What the reference run's responses follow. */
class FunctionalCoordinateTest {
    private static double value(Findings findings, String quantity, String item, long step) {
        return findings.value(Procedure.CONTROLLED, quantity, item, step).orElseThrow();
    }

    @Test
    void depthIsFoundInTheReferenceRunAndNothingInResponsesDealtOut() {
        Findings findings = new FunctionalCoordinate().measure(GoldenRun.open(), PhaseSteps.published("dyck"));
        for (long step : new long[] {300, 600, 1500, 4000}) {
            assertThat(findings.measurements().stream()
                            .filter(found -> found.quantity().equals(FunctionalCoordinate.FOUND)
                                    && found.step() == step
                                    && found.item().startsWith("edge/1/"))
                            .map(Measurement::item))
                    .as("first coordinate at step %d", step)
                    .containsExactly("edge/1/depth");
            assertThat(value(findings, FunctionalCoordinate.FOUND, FunctionalCoordinate.SHUFFLED, step))
                    .isZero();
        }
        // Without candidates: the groups of like responses are nearer to depth than to anything else.
        for (long step : new long[] {300, 600, 1500, 4000}) {
            assertThat(value(findings, FunctionalCoordinate.CLUSTER_P, FunctionalCoordinate.EDGE, step))
                    .isEqualTo(0.01);
            assertThat(value(findings, FunctionalCoordinate.CLUSTERS, FunctionalCoordinate.SHUFFLED, step))
                    .isZero();
            double depth = value(findings, FunctionalCoordinate.AGREEMENT, "edge/depth", step);
            assertThat(depth).isGreaterThan(0.3);
            assertThat(findings.measurements().stream()
                            .filter(agreement -> agreement.quantity().equals(FunctionalCoordinate.AGREEMENT)
                                    && agreement.step() == step)
                            .mapToDouble(Measurement::value)
                            .max()
                            .orElseThrow())
                    .isEqualTo(depth);
        }
        assertThat(findings.figures()).hasSize(1);
    }
}
