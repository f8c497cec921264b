package dev.spectraledge.analysis.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;
import java.util.Random;
import org.hipparchus.stat.regression.OLSMultipleLinearRegression;
import org.junit.jupiter.api.Test;

class ResidualsTest {
    private static final int SIZE = 40;
    private static final double ROUNDING = 1e-10;

    private static double[] steps() {
        return Arrays.stream(DrawnSeries.steps(SIZE))
                .map(step -> 2000 + 200 * step)
                .toArray();
    }

    @Test
    void aTrendOfItsDegreeLeavesNothing() {
        double[] cubic = Arrays.stream(steps())
                .map(step -> 3 - 0.2 * step + 1e-5 * step * step - 4e-9 * step * step * step)
                .toArray();
        double size = Arrays.stream(cubic).map(Math::abs).max().orElseThrow();
        assertThat(Residuals.ofTrend(steps(), 3).apply(cubic)).containsOnly(new double[1], within(ROUNDING * size));
        assertThat(Statistics.deviation(Residuals.ofTrend(steps(), 2).apply(cubic)))
                .isGreaterThan(1e-3);
        assertThat(Residuals.ofTrend(steps(), 3).parameters()).isEqualTo(4);
    }

    @Test
    void whatIsLeftIsThatOfLeastSquares() {
        Random random = new Random(1);
        double[] x = DrawnSeries.autoregressive(random, 0.5, SIZE);
        double[] other = DrawnSeries.autoregressive(random, 0.5, SIZE);
        double[] y = DrawnSeries.autoregressive(random, 0.5, SIZE);
        double[][] rows = new double[SIZE][];
        Arrays.setAll(rows, index -> new double[] {x[index], other[index]});
        OLSMultipleLinearRegression regression = new OLSMultipleLinearRegression();
        regression.newSampleData(y, rows);
        assertThat(Residuals.of(x, other).apply(y)).containsExactly(regression.estimateResiduals(), within(ROUNDING));
        assertThat(Residuals.of(x).and(other).apply(y))
                .containsExactly(regression.estimateResiduals(), within(ROUNDING));
    }

    /** ρ_xy·z = (ρ_xy − ρ_xz ρ_yz)/√((1 − ρ_xz²)(1 − ρ_yz²)). */
    @Test
    void correlationsOfWhatIsLeftArePartialOnes() {
        Random random = new Random(2);
        double[] rate = DrawnSeries.autoregressive(random, 0.9, SIZE);
        double[] x = DrawnSeries.later(random, rate, 0, 0.5);
        double[] y = DrawnSeries.later(random, rate, 0, 0.5);
        double xy = Statistics.correlation(x, y);
        double xz = Statistics.correlation(x, rate);
        double yz = Statistics.correlation(y, rate);
        Residuals explained = Residuals.of(rate);
        assertThat(Statistics.correlation(explained.apply(x), explained.apply(y)))
                .isCloseTo((xy - xz * yz) / Math.sqrt((1 - xz * xz) * (1 - yz * yz)), within(ROUNDING));
    }

    @Test
    void aConstantAndACopyExplainNothingMore() {
        double[] constant = new double[SIZE];
        Arrays.fill(constant, 1e-3);
        double[] copy = Arrays.stream(steps()).map(step -> 5 - 2 * step).toArray();
        assertThat(Residuals.of(constant).parameters()).isEqualTo(1);
        assertThat(Residuals.ofTrend(steps(), 1).and(copy, constant).parameters())
                .isEqualTo(2);
    }
}
