package dev.spectraledge.analysis.statistic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class KendallTrendTest {
    @Test
    void valuesThatGrowAreOneOrderOfAll() {
        KendallTrend trend = KendallTrend.of(new double[] {1, 2, 3, 5, 8});
        assertThat(trend.tau()).isEqualTo(1);
        assertThat(trend.probability()).isEqualTo(1.0 / 120);
        assertThat(KendallTrend.of(new double[] {5, 4, 3}).tau()).isEqualTo(-1);
        assertThat(KendallTrend.of(new double[] {5, 4, 3}).probability()).isEqualTo(1);
    }

    /** Of 1, 1, 2: two of six orders put the 2 last; three pairs, two of them untied. */
    @Test
    void equalValuesCountForNothing() {
        KendallTrend trend = KendallTrend.of(new double[] {1, 1, 2});
        assertThat(trend.tau()).isCloseTo(2 / Math.sqrt(6), within(1e-15));
        assertThat(trend.probability()).isEqualTo(1.0 / 3);
        assertThat(KendallTrend.of(new double[] {2, 2, 2, 2})).isEqualTo(new KendallTrend(0, 1));
    }

    /** The test is exact: in random orders its p is at most .05 in no more than 5 % of cases, here within four standard errors. */
    @Test
    void randomOrdersRejectAsOftenAsTheLevelSays() {
        Random random = new Random(20_260_314);
        int draws = 4000;
        int rejected = 0;
        for (int draw = 0; draw < draws; draw++) {
            double[] values = random.doubles(5).toArray();
            rejected += KendallTrend.of(values).probability() <= 0.05 ? 1 : 0;
        }
        assertThat((double) rejected / draws).isLessThan(0.05 + 4 * Math.sqrt(0.05 * 0.95 / draws));
        assertThat(rejected).isPositive();
    }

    @Test
    void tooFewOrTooManyAreRefused() {
        assertThatThrownBy(() -> KendallTrend.of(new double[2])).hasMessageContaining("3 to 8 values, got 2");
        assertThatThrownBy(() -> KendallTrend.of(new double[9])).hasMessageContaining("3 to 8 values, got 9");
    }
}
