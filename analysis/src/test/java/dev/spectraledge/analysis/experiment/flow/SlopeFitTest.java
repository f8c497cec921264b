package dev.spectraledge.analysis.experiment.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SlopeFitTest {
    private static final int POINTS = 60;
    private static final double SCALE = 0.3;

    @Test
    void aPlantedScaleIsFound() {
        Random random = new Random(1);
        double[] predicted = normal(random);
        double[] measured = normal(random);
        for (int i = 0; i < POINTS; i++) {
            measured[i] = SCALE * predicted[i] + 0.05 * measured[i];
        }
        SlopeFit fit = SlopeFit.of(predicted, measured);
        assertThat(fit.scale()).isCloseTo(SCALE, within(5 * 0.05 / Math.sqrt(POINTS)));
        assertThat(fit.correlation()).isGreaterThan(0.95);
        assertThat(fit.exceedance()).isEqualTo(1.0 / POINTS);
    }

    /** Slow series correlate by chance; shifts in time do so as well. */
    @Test
    void seriesThatHaveNothingToDoWithEachOtherAreRarelyExceptional() {
        int exceptional = 0;
        int trials = 100;
        for (int trial = 0; trial < trials; trial++) {
            Random random = new Random(100 + trial);
            double phase = 2 * Math.PI * random.nextDouble();
            double[] predicted = normal(random);
            double[] measured = normal(random);
            for (int i = 0; i < POINTS; i++) {
                predicted[i] = 0.3 * predicted[i] + Math.sin(2 * Math.PI * i / POINTS);
                measured[i] = 0.3 * measured[i] + Math.sin(2 * Math.PI * i / POINTS + phase);
            }
            exceptional += SlopeFit.of(predicted, measured).exceedance() <= 0.05 ? 1 : 0;
        }
        // Binomial of 100 trials of 0.05: at least 15 with probability 1e-4.
        assertThat(exceptional).isLessThan(15);
    }

    @Test
    void fewPointsSayNothing() {
        assertThat(SlopeFit.of(new double[] {1, 2, 3}, new double[] {1, 2, 3}).correlation())
                .isNaN();
    }

    private static double[] normal(Random random) {
        return random.doubles(POINTS).map(uniform -> random.nextGaussian()).toArray();
    }
}
