package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.GoldenRun;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.kernels.MemoryOwner;
import org.junit.jupiter.api.Test;

/** Against what was measured on the reference run at the step from which weight decay was changed. */
class RepresentationDiagnosticsTest {
    /**
     * Of other splits of the tokens. That of least squares was printed by scikit-learn, which cuts singular values at 10⁻⁶ of
     * the largest; this long before the representation has shrunken nothing lies there.
     */
    private static final double SPLIT = 0.01;

    private static final double PRINTED = 0.0006;

    private static RepresentationDiagnostics.Value at(long step) {
        StudiedRun run = GoldenRun.dyck();
        try (RepresentationDiagnostics diagnostics =
                        new RepresentationDiagnostics(run, run.protocol("representation-over-time"));
                MemoryOwner owner = MemoryOwner.open("diagnostics test")) {
            return diagnostics.measure(run.weights(owner, step).flat());
        }
    }

    @Test
    void theStartOfTheInterventionIsThatOfTheReference() {
        RepresentationDiagnostics.Value value = at(1000);
        assertThat(value.ridge()).isCloseTo(0.982, within(SPLIT));
        assertThat(value.leastSquares()).isCloseTo(0.992, within(SPLIT));
        assertThat(value.featureDeviation()).isCloseTo(0.605, within(PRINTED));
        assertThat(value.entropy()).isCloseTo(2.235, within(PRINTED));
        assertThat(value.norm()).isCloseTo(35.6, within(0.06));
        assertThat(value.deadNorm()).isCloseTo(21.0, within(0.06));
    }

    /** The features shrink, and with them what a penalised probe reads; what can be read does not. */
    @Test
    void aShrunkenRepresentationIsLostToThePublishedProbeOnly() {
        RepresentationDiagnostics.Value value = at(5000);
        assertThat(value.featureDeviation()).isLessThan(0.02);
        assertThat(value.ridge()).isLessThan(0.8);
        assertThat(value.leastSquares()).isGreaterThan(0.99);
    }
}
