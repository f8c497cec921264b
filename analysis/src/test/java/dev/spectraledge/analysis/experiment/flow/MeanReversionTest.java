package dev.spectraledge.analysis.experiment.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.PhiloxKey;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MeanReversionTest {
    private static final int SIZE = 80;

    /** An autoregression with a coefficient of one half, which nothing damps but its own return to the mean. */
    private static double[] stationary(SplittableRandom random) {
        double[] values = new double[SIZE];
        double last = random.nextGaussian() / Math.sqrt(1 - 0.25);
        for (int index = 0; index < SIZE; index++) {
            last = 0.5 * last + random.nextGaussian();
            values[index] = last;
        }
        return values;
    }

    /** Centred differences of a straight line are constant, those of an exponential decay are a multiple of it. */
    @Test
    void theCorrelationOfAnExponentialDecayIsMinusOne() {
        double[] values = new double[SIZE];
        for (int index = 0; index < SIZE; index++) {
            values[index] = 3 + Math.exp(-0.1 * index);
        }
        assertThat(MeanReversion.correlation(values)).isLessThan(-1 + 1e-9);
    }

    /**
     * True null: the published rule, a correlation below 0, holds in about half of 200 series, within four standard deviations of
     * √(0.25/200); p ≤ 0.05 in at most 0.05 + 4·√(0.05·0.95/200) of them.
     */
    @Test
    void withoutDampingTheRulePassesAsOftenAsNotAndPIsSeldomSmall() {
        SplittableRandom random = new SplittableRandom(6);
        int draws = 200;
        int passed = 0;
        int rejected = 0;
        for (int draw = 0; draw < draws; draw++) {
            double[] values = stationary(random);
            double own = MeanReversion.correlation(values);
            passed += own < 0 ? 1 : 0;
            rejected += MeanReversion.chance(values, new PhiloxKey(6, draw)).atMost(own) <= 0.05 ? 1 : 0;
        }
        assertThat((double) passed / draws).isBetween(0.5 - 0.142, 0.5 + 0.142);
        assertThat((double) rejected / draws).isLessThanOrEqualTo(0.05 + 0.062);
    }

    /** Planted: a gap that decays to a fixed point under little noise. */
    @Test
    void dampingIsFound() {
        SplittableRandom random = new SplittableRandom(7);
        double[] values = new double[SIZE];
        for (int index = 0; index < SIZE; index++) {
            values[index] = 1 + 5 * Math.exp(-0.05 * index) + 0.01 * random.nextGaussian();
        }
        double own = MeanReversion.correlation(values);
        assertThat(MeanReversion.chance(values, new PhiloxKey(7, 0)).atMost(own))
                .isLessThanOrEqualTo(0.05);
    }
}
