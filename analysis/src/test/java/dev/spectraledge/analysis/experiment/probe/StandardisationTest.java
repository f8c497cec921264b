package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StandardisationTest {
    @Test
    void takesTheScaleFromTheRowsItWasMadeFrom() {
        Standardisation standardisation = Standardisation.of(new double[][] {{1, 5}, {3, 5}});
        assertThat(standardisation.apply(new double[][] {{4, 7}, {2, 5}})).isDeepEqualTo(new double[][] {{2, 2}, {0, 0}
        });
    }

    @Test
    void makesProbesIndependentOfTheScale() {
        double[][] small = Waves.features();
        double[][] large = Waves.features();
        for (double[] row : small) {
            for (int column = 0; column < row.length; column++) {
                row[column] *= 1e-4;
            }
        }
        double[][] one = Standardisation.of(small).apply(small);
        double[][] other = Standardisation.of(large).apply(large);
        for (int row = 0; row < one.length; row++) {
            assertThat(one[row]).containsExactly(other[row], within(1e-12));
        }
    }

    @Test
    void deviationIsTheMeanOverFeatures() {
        double[][] features = {{1, 0}, {3, 0}};
        assertThat(Standardisation.meanDeviation(features)).isEqualTo(0.5);
    }
}
