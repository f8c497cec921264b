package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.DyckExtract;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.phase.PhaseSteps;
import org.junit.jupiter.api.Test;

/** What the reference run's responses follow. */
class FunctionalCoordinateTest {
    private static double value(Findings findings, String quantity, String item, long step) {
        return findings.value(Procedure.CONTROLLED, quantity, item, step).orElseThrow();
    }

    /** The response follows depth before the run groks, and so does that along random directions: no claim on the edge. */
    @Test
    void whatRandomDirectionsDoAsWellIsNotTheEdges() {
        long step = DyckExtract.STEP;
        Findings findings = new FunctionalCoordinate().measure(DyckExtract.open(), DyckExtract.phases());
        double edge = value(findings, FunctionalCoordinate.GROUP_R2, "edge/depth", step);
        double mean = value(findings, FunctionalCoordinate.GROUP_R2, "random/depth", step);
        double p = value(findings, FunctionalCoordinate.RANDOM_P, "edge/depth", step);
        assertThat(mean)
                .isBetween(
                        value(findings, FunctionalCoordinate.GROUP_R2, "random/depth/low", step),
                        value(findings, FunctionalCoordinate.GROUP_R2, "random/depth/high", step));
        assertThat(mean).isGreaterThan(0.8 * edge);
        assertThat(p).isGreaterThan(0.05);
        assertThat(findings.remarks().getFirst())
                .contains("edge: the response follows depth", "Along random pairs of directions it is R²")
                .contains("random directions do as well, so this belongs to the model and not to the edge");
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
