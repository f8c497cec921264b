package dev.spectraledge.analysis.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlidingCorrelationTest {
    @Test
    void aSeriesThatTurnsChangesSignOnce() {
        double[] x = DrawnSeries.steps(40);
        double[] y = Arrays.stream(x).map(value -> Math.abs(value - 19.5)).toArray();
        SlidingCorrelation correlations = SlidingCorrelation.of(x, y, 11);
        assertThat(correlations.values()).hasSize(30);
        assertThat(correlations.values()[0]).isCloseTo(-1, within(1e-12));
        assertThat(correlations.values()[29]).isCloseTo(1, within(1e-12));
        assertThat(correlations.signChanges()).isEqualTo(1);
        assertThat(correlations.strong()).isGreaterThan(0.8);
    }

    /** Of independent values 5 % of stretches are significant; those that overlap count as one of eleven. */
    @Test
    void noiseIsSignificantInFivePercent() {
        Random random = new Random(95);
        double[] x = random.doubles(4000).toArray();
        double[] y = random.doubles(4000).toArray();
        SlidingCorrelation correlations = SlidingCorrelation.of(x, y, 11);
        assertThat(correlations.significant()).isCloseTo(0.05, within(3 * Math.sqrt(0.05 * 0.95 * 11 / 4000)));
        // |r| above 0.5 of eleven normal pairs has p = 0.117.
        assertThat(correlations.strong()).isCloseTo(0.117, within(3 * Math.sqrt(0.117 * 0.883 * 11 / 4000)));
    }
}
