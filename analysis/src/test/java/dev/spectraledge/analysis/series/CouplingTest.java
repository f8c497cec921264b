package dev.spectraledge.analysis.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.PhiloxKey;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CouplingTest {
    private static final int SIZE = 100;
    private static final int LAGS = 5;
    private static final double MILD = 0.5;
    private static final double SLOW = 0.9;
    private static final PhiloxKey KEY = new PhiloxKey(15, 4);

    /** Four tests hold together with 95 % (Bonferroni). */
    private static final double QUANTILE = 2.498;

    private static Coupling independent(Random random, double coefficient, int degree) {
        return new Coupling(
                DrawnSeries.autoregressive(random, coefficient, SIZE),
                DrawnSeries.autoregressive(random, coefficient, SIZE),
                Residuals.ofTrend(DrawnSeries.steps(SIZE), degree),
                LAGS);
    }

    private static double fires(
            long seed, int pairs, double coefficient, int degree, ToDoubleFunction<Coupling> probability) {
        Random random = new Random(seed);
        int fired = 0;
        for (int pair = 0; pair < pairs; pair++) {
            fired += probability.applyAsDouble(independent(random, coefficient, degree)) <= 0.05 ? 1 : 0;
        }
        return (double) fired / pairs;
    }

    private static void requireLevel(int pairs) {
        double band = QUANTILE * Math.sqrt(0.05 * 0.95 / pairs);
        for (SeriesNull model : SeriesNull.values()) {
            assertThat(fires(16, pairs, MILD, 1, coupling -> coupling.probability(model, KEY)))
                    .as(model.key())
                    .isCloseTo(0.05, within(band));
        }
        assertThat(fires(17, pairs, MILD, 1, Coupling::probabilityBySize)).isCloseTo(0.05, within(band));
        assertThat(fires(18, pairs, MILD, 1, Coupling::probabilityByShifts)).isCloseTo(0.05, within(band));
    }

    @Test
    void independentPairsFireInOneOfTwentyCases() {
        requireLevel(300);
    }

    @Test
    @Tag("nightly")
    void independentPairsFireInOneOfTwentyOfManyCases() {
        requireLevel(1500);
    }

    /** What the documentation says of slow series whose trend is taken out: liberal, but by no more than a factor of two. */
    @Test
    @Tag("nightly")
    void slowPairsFireInNoMoreThanOneOfTenCases() {
        int pairs = 1500;
        double most = 0.1 + QUANTILE * Math.sqrt(0.1 * 0.9 / pairs);
        for (SeriesNull model : SeriesNull.values()) {
            assertThat(fires(19, pairs, SLOW, 3, coupling -> coupling.probability(model, KEY)))
                    .as(model.key())
                    .isLessThan(most);
        }
        assertThat(fires(20, pairs, SLOW, 3, Coupling::probabilityBySize)).isLessThan(most);
        assertThat(fires(21, pairs, SLOW, 3, Coupling::probabilityByShifts)).isLessThan(most);
    }

    @Test
    void aSeriesThatFollowsTheOtherIsFoundAtItsLag() {
        Random random = new Random(22);
        double[] x = DrawnSeries.autoregressive(random, MILD, SIZE);
        Coupling coupling = new Coupling(
                x, DrawnSeries.later(random, x, 3, 0.5), Residuals.ofTrend(DrawnSeries.steps(SIZE), 3), LAGS);
        assertThat(coupling.correlations().strongest()).isEqualTo(3);
        for (SeriesNull model : SeriesNull.values()) {
            assertThat(coupling.probability(model, KEY)).isLessThan(0.01);
        }
    }

    @Test
    void aCommonCauseIsPartialledOut() {
        Random random = new Random(23);
        double[] rate = DrawnSeries.autoregressive(random, SLOW, SIZE);
        double[] x = DrawnSeries.later(random, rate, 0, 0.3);
        double[] y = DrawnSeries.later(random, rate, 0, 0.3);
        Residuals trend = Residuals.ofTrend(DrawnSeries.steps(SIZE), 1);
        Coupling whole = new Coupling(x, y, trend, LAGS);
        assertThat(whole.atOnce()).isGreaterThan(0.8);
        assertThat(whole.probabilityBySize()).isLessThan(0.01);
        assertThat(whole.probabilityByShifts()).isLessThan(0.03);
        Coupling partial = new Coupling(x, y, trend.and(rate), LAGS);
        // Four standard errors.
        assertThat(partial.atOnce()).isCloseTo(0, within(4 / Math.sqrt(SIZE)));
        assertThat(partial.probabilityBySize()).isGreaterThan(0.05);
    }

    @Test
    void constantsAreCoupledToNothing() {
        Coupling coupling = new Coupling(
                new double[SIZE], DrawnSeries.steps(SIZE), Residuals.ofTrend(DrawnSeries.steps(SIZE), 0), LAGS);
        assertThat(coupling.probabilityBySize()).isEqualTo(1);
        assertThat(coupling.probabilityByShifts()).isEqualTo(1);
        assertThat(coupling.probability(SeriesNull.PHASES, KEY)).isEqualTo(1);
    }
}
