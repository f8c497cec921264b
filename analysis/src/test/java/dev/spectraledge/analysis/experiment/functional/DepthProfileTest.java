package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.statistic.Null;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Responses that do or do not follow depth. */
class DepthProfileTest {
    private static final double ROUNDING = 1e-12;
    private static final int LEVELS = 8;
    private static final int TOKENS = 1600;

    private static int[] depths() {
        return IntStream.range(0, TOKENS).map(row -> row % LEVELS).toArray();
    }

    private static Null noise(int draws) {
        double[] concentrations = new double[draws];
        for (int draw = 0; draw < draws; draw++) {
            Random random = new Random(100 + draw);
            double[] responses = random.doubles(TOKENS).toArray();
            concentrations[draw] = DepthProfile.of(depths(), responses, 1).concentration();
        }
        return Null.of(concentrations);
    }

    @Test
    void aPureCosineOverTheDepthsIsAsHighAsPossible() {
        double[] responses = IntStream.of(depths())
                .mapToDouble(depth -> 3 + Math.cos(2 * Math.PI * 2 * depth / LEVELS))
                .toArray();
        DepthProfile profile = DepthProfile.of(depths(), responses, 1);
        assertThat(profile.dominantFrequency()).isEqualTo(2);
        assertThat(profile.concentration()).isCloseTo(1, within(ROUNDING));
        assertThat(profile.publishedElevation()).isCloseTo(5, within(5 * ROUNDING));
        assertThat(profile.elevation()).isCloseTo(4, within(4 * ROUNDING));
        assertThat(noise(99).probability(profile.concentration())).isEqualTo(0.01);
    }

    @Test
    void noiseIsNotFoundThoughItsElevationLooksHigh() {
        double[] responses = new Random(7).doubles(TOKENS).toArray();
        DepthProfile profile = DepthProfile.of(depths(), responses, 1);
        assertThat(profile.publishedElevation()).isGreaterThan(1.5);
        assertThat(noise(99).probability(profile.concentration())).isGreaterThan(0.05);
    }

    @Test
    void rareDepthsAreLeftOut() {
        int[] depths = {0, 0, 1, 1, 2, 2, 3};
        double[] responses = {1, 3, 2, 2, 5, 7, 99};
        assertThat(DepthProfile.of(depths, responses, 1).depths()).containsExactly(0, 1, 2, 3);
        DepthProfile common = DepthProfile.of(depths, responses, 2);
        assertThat(common.depths()).containsExactly(0, 1, 2);
        assertThat(common.means()).containsExactly(2, 2, 6);
        assertThat(common.peak()).isEqualTo(6);
    }

    @Test
    void theLargestOfTwoIsLessRemarkableThanOne() {
        Null draws = Null.of(IntStream.rangeClosed(1, 99).asDoubleStream().toArray());
        assertThat(draws.probability(99.5)).isEqualTo(0.01);
        assertThat(DepthBasis.familyProbability(draws, 2, 99.5)).isCloseTo(0.0199, within(ROUNDING));
        assertThat(draws.upper()).isEqualTo(95);
        assertThat(draws.mean()).isEqualTo(50);
    }
}
