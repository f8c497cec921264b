package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Values that come from the null, and values that do not. */
class NullDrawsTest {
    private static final int DRAWS = 19;
    private static final int TRIALS = 2000;
    private static final double LEVEL = 0.05;

    @Test
    void aValueOfTheNullIsAsRareAsItsProbabilitySays() {
        Random random = new Random(8);
        int rare = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            NullDraws draws = NullDraws.of(random.doubles(DRAWS).toArray());
            rare += draws.probability(random.nextDouble()) <= LEVEL ? 1 : 0;
        }
        // Three standard errors of the binomial distribution.
        double error = 3 * Math.sqrt(LEVEL * (1 - LEVEL) / TRIALS);
        assertThat(rare / (double) TRIALS).isBetween(LEVEL - error, LEVEL + error);
    }

    @Test
    void aValueAboveAllDrawsHasTheSmallestProbability() {
        NullDraws draws = NullDraws.of(0.3, 0.1, 0.2);
        assertThat(draws.probability(0.31)).isEqualTo(0.25);
        assertThat(draws.probability(0.2)).isEqualTo(0.75);
        assertThat(draws.probability(0)).isEqualTo(1);
        assertThat(draws.upper()).isEqualTo(0.3);
    }
}
