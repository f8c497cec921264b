package dev.spectraledge.analysis.statistic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that come from the null, and values that do not. */
class NullTest {
    private static final int DRAWS = 19;
    private static final int TRIALS = 4000;
    private static final double LEVEL = 0.05;
    private static final double SHIFT = 4;

    /** Trials in which something is so of a value that comes from the null, but for a shift. */
    private static int count(int draws, double shift, Predicate<Trial> so) {
        Random random = new Random(8);
        int count = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            double[] drawn = IntStream.range(0, draws)
                    .mapToDouble(draw -> random.nextGaussian())
                    .toArray();
            count += so.test(new Trial(Null.of(drawn), random.nextGaussian() + shift)) ? 1 : 0;
        }
        return count;
    }

    private record Trial(Null chance, double observed) {
        boolean isLarge() {
            return chance.probability(observed) <= LEVEL;
        }

        boolean isSmall() {
            return chance.atMost(observed) <= LEVEL;
        }
    }

    /** Between the quantiles of 0.1 % and 99.9 % of so many trials at this level. */
    private static void assertLevel(int count, double level) {
        BinomialDistribution trials = new BinomialDistribution(TRIALS, level);
        assertThat(count)
                .isBetween(trials.inverseCumulativeProbability(0.001), trials.inverseCumulativeProbability(0.999));
    }

    @ParameterizedTest
    @ValueSource(ints = {19, 39, 99})
    void aValueOfTheNullIsAsRareAsItsProbabilitySays(int draws) {
        assertLevel(count(draws, 0, Trial::isLarge), LEVEL);
        assertLevel(count(draws, 0, Trial::isSmall), LEVEL);
    }

    @Test
    void aPlantedEffectIsRareOnItsOwnSide() {
        assertThat(count(DRAWS, SHIFT, Trial::isLarge)).isGreaterThan(9 * TRIALS / 10);
        assertThat(count(DRAWS, SHIFT, Trial::isSmall)).isZero();
        assertThat(count(DRAWS, -SHIFT, Trial::isSmall)).isGreaterThan(9 * TRIALS / 10);
    }

    /** Above the bound of rank r lies a further value in (n + 1 − r)/(n + 1) of the cases. */
    @ParameterizedTest
    @CsvSource({"8, 8", "19, 19", "20, 20", "39, 38", "99, 95"})
    void aFurtherValueLiesAboveTheBoundAsOftenAsItsRankSays(int draws, int rank) {
        double level = (draws + 1.0 - rank) / (draws + 1);
        assertLevel(count(draws, 0, trial -> trial.observed() > trial.chance().upper()), level);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "8, 8, 1", "19, 19, 1", "20, 20, 2", "39, 38, 2", "99, 95, 5"})
    void boundsFollowOneRule(int draws, int upper, int lower) {
        Null chance =
                Null.of(IntStream.rangeClosed(1, draws).mapToDouble(i -> i).toArray());
        assertThat(chance.upper()).isEqualTo(upper);
        assertThat(chance.lower()).isEqualTo(lower);
        assertThat(Null.rank(0, draws)).isEqualTo(1);
        assertThat(Null.rank(1, draws)).isEqualTo(draws);
    }

    @Test
    void theObservedValueIsOneOfTheDraws() {
        Null chance = Null.of(0.3, 0.1, 0.2);
        assertThat(chance.probability(0.31)).isEqualTo(0.25);
        assertThat(chance.probability(0.2)).isEqualTo(0.75);
        assertThat(chance.probability(0)).isEqualTo(1);
        assertThat(chance.atMost(0)).isEqualTo(0.25);
        assertThat(chance.atMost(0.2)).isEqualTo(0.75);
        assertThat(chance.atMost(1)).isEqualTo(1);
        assertThat(chance.smallest()).isEqualTo(0.1);
        assertThat(chance.largest()).isEqualTo(0.3);
        assertThat(chance.median()).isEqualTo(0.2);
    }

    @Test
    void whatIsNoNumberMakesNothingRare() {
        Null chance = Null.of(1, Double.NaN, 2);
        assertThat(chance.probability(3)).isEqualTo(0.5);
        assertThat(chance.atMost(0)).isEqualTo(0.5);
        assertThat(chance.probability(Double.NaN)).isEqualTo(1);
        assertThat(chance.atMost(Double.NaN)).isEqualTo(1);
    }

    @Test
    void infiniteDrawsComeAfterAllOthers() {
        Null chance = Null.of(3, Double.POSITIVE_INFINITY, 1);
        assertThat(chance.probability(Double.POSITIVE_INFINITY)).isEqualTo(0.5);
        assertThat(chance.upper()).isInfinite();
    }

    @Test
    void itTakesAtLeastOneDraw() {
        assertThatThrownBy(Null::of)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one draw");
    }
}
