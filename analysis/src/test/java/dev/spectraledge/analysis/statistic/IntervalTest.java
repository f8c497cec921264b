package dev.spectraledge.analysis.statistic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class IntervalTest {
    @Test
    void threeSeedsHaveStudentsInterval() {
        Interval interval = Interval.of(new double[] {1, 2, 3, Double.NaN});
        assertThat(interval.seeds()).isEqualTo(3);
        assertThat(interval.mean()).isEqualTo(2);
        double half = 4.302652729911275 / Math.sqrt(3);
        assertThat(interval.low()).isCloseTo(2 - half, within(1e-9));
        assertThat(interval.high()).isCloseTo(2 + half, within(1e-9));
        assertThat(interval.isAbove(-1)).isTrue();
        assertThat(interval.isAbove(0)).isFalse();
        assertThat(interval.isBelow(5)).isTrue();
    }

    @Test
    void oneSeedStandsForItself() {
        Interval interval = Interval.of(new double[] {0.5});
        assertThat(interval.low()).isNaN();
        assertThat(interval.isAbove(0.4)).isTrue();
        assertThat(interval.isBelow(0.4)).isFalse();
    }

    @Test
    void noSeedSaysNothing() {
        Interval interval = Interval.of(new double[] {Double.NaN});
        assertThat(interval.isAbove(0)).isFalse();
        assertThat(interval.isBelow(0)).isFalse();
    }
}
