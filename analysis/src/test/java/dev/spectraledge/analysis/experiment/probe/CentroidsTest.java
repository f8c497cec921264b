package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CentroidsTest {
    private static final double ROUNDING = 1e-12;

    @Test
    void measuresDistancesAndSpreads() {
        double[][] features = {{0, 1}, {0, -1}, {3, 1}, {3, -1}, {9, 0}};
        Centroids centroids = Centroids.of(features, new double[] {0, 0, 1, 1, 4});
        assertThat(centroids.labels()).containsExactly(0, 1, 4);
        assertThat(centroids.distances()).containsExactly(3, 6);
        assertThat(centroids.meanDistance()).isEqualTo(4.5);
        assertThat(centroids.spreadWithin()).isCloseTo(Math.sqrt(4.0 / 5), within(ROUNDING));
        // Around 3: 2·9 + 0 + 36 between, 4 within.
        assertThat(centroids.shareBetween()).isCloseTo(54.0 / 58, within(ROUNDING));
        assertThat(centroids.firstComponentShare()).isCloseTo(1, within(ROUNDING));
        double[][] projections = centroids.projections(2);
        assertThat(Math.abs(projections[2][0] - projections[1][0])).isCloseTo(6, within(ROUNDING));
        assertThat(projections[0][1]).isCloseTo(0, within(ROUNDING));
    }

    @Test
    void twoEqualComponentsShareTheVariance() {
        double[][] features = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
        assertThat(Centroids.of(features, new double[] {0, 1, 2, 3}).firstComponentShare())
                .isCloseTo(0.5, within(ROUNDING));
    }
}
