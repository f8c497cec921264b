package dev.spectraledge.analysis.experiment.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpikeModelTest {
    private static final double ENTRY = 0.3;
    private static final double DIMENSION = 4000;
    private static final int ROWS = 10;

    private final SpikeModel model = new SpikeModel(ENTRY * ENTRY * DIMENSION, DIMENSION, ROWS);

    /** σ² = (d² + ν²p)(d² + ν²W)/d² (thesis §3.5). */
    private static double singularValue(double strength) {
        double square = strength * strength;
        double variance = ENTRY * ENTRY;
        return Math.sqrt((square + variance * DIMENSION) * (square + variance * ROWS) / square);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.1, 1.5, 2, 10})
    void theStrengthOfAModeIsThatOfItsSpike(double overThreshold) {
        double strength = overThreshold * ENTRY * Math.pow(DIMENSION * ROWS, 0.25);
        assertThat(model.strength(singularValue(strength)) / model.threshold()).isCloseTo(overThreshold, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.9, 1})
    void upToTheEdgeThereIsNone(double overEdge) {
        assertThat(model.strength(overEdge * model.edge())).isNaN();
        // The least spike that shows has σ at the edge.
        assertThat(singularValue(model.threshold())).isCloseTo(model.edge(), within(1e-12 * model.edge()));
    }
}
