package dev.spectraledge.analysis.statistic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FisherMethodTest {
    private static final int REPLICATES = 20_000;

    @Test
    void ofOneTestIsItsOwn() {
        assertThat(FisherMethod.combined(0.3)).isCloseTo(0.3, within(1e-12));
        assertThat(FisherMethod.combined(1)).isEqualTo(1);
    }

    /** Of two tests with p·q = x the probability is x(1 − ln x). */
    @Test
    void ofTwoTestsIsThatOfTheirProduct() {
        assertThat(FisherMethod.combined(0.1, 0.2)).isCloseTo(0.02 * (1 - Math.log(0.02)), within(1e-12));
    }

    @Test
    void whatIsNotKnownHasNone() {
        assertThat(FisherMethod.combined()).isNaN();
        assertThat(FisherMethod.combined(0.1, Double.NaN)).isNaN();
    }

    /** Of p values that count 39 draws, where the null is true; of so few the level is half as large. */
    @Test
    void keepsItsLevel() {
        Random random = new Random(4);
        long found = IntStream.range(0, REPLICATES)
                .filter(replicate ->
                        FisherMethod.combined(probability(random), probability(random), probability(random)) <= 0.05)
                .count();
        assertThat((double) found / REPLICATES).isBetween(0.02, 0.05);
    }

    private static double probability(Random random) {
        return (1 + random.nextInt(40)) / 40.0;
    }
}
