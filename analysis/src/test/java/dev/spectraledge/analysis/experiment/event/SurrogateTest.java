package dev.spectraledge.analysis.experiment.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.PhiloxKey;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SurrogateTest {
    private static final int ROWS = 60;
    private static final int STRIDE = 100;
    private static final double[] STEPS =
            IntStream.range(0, ROWS).mapToDouble(row -> STRIDE * (row + 1)).toArray();
    private static final PhiloxKey KEY = new PhiloxKey(20, 1);

    /**
     * Values that come at any time alike: a rule fires before the step as often as in surrogates. The mean of 400 differences has a
     * standard deviation of at most √(1/400) = 0.05, as each lies between −1 and 1; four of them are allowed.
     */
    @ParameterizedTest
    @CsvSource({
        "SHIFTS, DECLINE",
        "SHIFTS, HALF_MAXIMUM",
        "SHIFTS, OPENING",
        "PHASES, DECLINE",
        "PHASES, HALF_MAXIMUM",
        "PHASES, OPENING",
        "AUTOREGRESSION, DECLINE",
        "AUTOREGRESSION, HALF_MAXIMUM",
        "AUTOREGRESSION, OPENING"
    })
    void valuesWithoutAnEventPrecedeNoMoreOftenThanTheirSurrogates(Surrogate surrogate, GapRule rule) {
        SplittableRandom random = new SplittableRandom(20);
        int draws = 400;
        double difference = 0;
        for (int draw = 0; draw < draws; draw++) {
            double[] values = IntStream.range(0, ROWS)
                    .mapToDouble(row -> Math.exp(random.nextGaussian()))
                    .toArray();
            double reference = 20 * STRIDE;
            difference += (rule.precedes(STEPS, values, reference) ? 1 : 0)
                    - surrogate.share(rule, STEPS, values, reference, KEY);
        }
        assertThat(difference / draws).isCloseTo(0, within(0.2));
    }

    /** A long series that falls once, before the step: surrogates have it in less than half, the border that the claims take. */
    @ParameterizedTest
    @EnumSource(Surrogate.class)
    void aPlantedFallIsRareInSurrogates(Surrogate surrogate) {
        SplittableRandom random = new SplittableRandom(21);
        double[] steps =
                IntStream.rangeClosed(1, 300).mapToDouble(row -> STRIDE * row).toArray();
        double[] values = IntStream.range(0, steps.length)
                .mapToDouble(row -> (row >= 8 && row < 14 ? 0.1 : 1) * Math.exp(0.05 * random.nextGaussian()))
                .toArray();
        double reference = 15 * STRIDE;
        assertThat(GapRule.HALF_MAXIMUM.precedes(steps, values, reference)).isTrue();
        assertThat(surrogate.share(GapRule.HALF_MAXIMUM, steps, values, reference, KEY))
                .isLessThan(0.5);
    }

    @Test
    void shiftsKeepAllValuesAndMoveThem() {
        double[] values = {1, 2, 3, 4, 5};
        assertThat(Surrogate.SHIFTS.draws(values, KEY)).hasSize(4).allSatisfy(moved -> {
            assertThat(moved).isNotEqualTo(values);
            assertThat(Arrays.stream(moved).sorted().toArray()).isEqualTo(values);
        });
    }

    @Test
    void whatIsNotPositiveHasNoSurrogates() {
        assertThat(Surrogate.PHASES.share(GapRule.DECLINE, new double[] {1, 2, 3}, new double[] {1, 0, 2}, 3, KEY))
                .isNaN();
        assertThat(Surrogate.SHIFTS.share(GapRule.DECLINE, new double[] {1}, new double[] {1}, 3, KEY))
                .isNaN();
    }
}
