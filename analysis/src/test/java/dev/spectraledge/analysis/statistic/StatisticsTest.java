package dev.spectraledge.analysis.statistic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void mediansMeansAndDeviations() {
        assertThat(Statistics.median(List.of(3.0, 1.0, Double.NaN, 2.0))).isEqualTo(2);
        assertThat(Statistics.median(List.of(4.0, 1.0))).isEqualTo(2.5);
        assertThat(Statistics.median(List.of(Double.NaN))).isNaN();
        assertThat(Statistics.mean(List.of(1.0, 3.0))).isEqualTo(2);
        assertThat(Statistics.deviation(List.of(1.0, 3.0))).isEqualTo(1);
    }

    @Test
    void quantilesAreThoseOfNumPy() {
        double[] sample = {4, 1, 3, 2};
        assertThat(Statistics.median(sample)).isEqualTo(2.5);
        assertThat(Statistics.lowerMedian(sample)).isEqualTo(2);
        assertThat(Statistics.quantile(sample, 0.25)).isEqualTo(1.75);
        assertThat(Statistics.quantile(new double[0], 0.5)).isNaN();
        assertThat(Statistics.lowerMedian()).isNaN();
    }

    @Test
    void correlationsOfValuesAndOfRanks() {
        double[] x = {1, 2, 3, 4};
        double[] y = {1, 10, 100, 1000};
        assertThat(Statistics.correlation(x, new double[] {2, 4, 6, 8})).isCloseTo(1, within(1e-15));
        assertThat(Statistics.correlation(x, y)).isBetween(0.7, 0.9);
        assertThat(Statistics.correlation(Statistics.ranks(x), Statistics.ranks(y)))
                .isCloseTo(1, within(1e-15));
        assertThat(Statistics.correlation(x, new double[] {5, 5, 5, 5})).isNaN();
        assertThat(Statistics.ranks(new double[] {7, 7, 1})).containsExactly(2.5, 2.5, 1);
    }
}
