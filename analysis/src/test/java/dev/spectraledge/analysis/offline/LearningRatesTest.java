package dev.spectraledge.analysis.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRatesTest {
    private static final double EPSILON = Math.ulp(1.0);

    @Test
    void changesEvenlyBetweenTwoStepsAndStaysBeyondThem() {
        LearningRates rates = new LearningRates(new double[] {2, 6}, new double[] {0.4, 0.2});
        assertThat(rates.sum(0, 1)).isEqualTo(0.4);
        assertThat(rates.sum(3, 4)).isCloseTo(0.3, within(EPSILON));
        assertThat(rates.sum(6, 9)).isCloseTo(0.6, within(2 * EPSILON));
        assertThat(rates.sum(1, 7)).isCloseTo(0.4 + 0.35 + 0.3 + 0.25 + 0.2 + 0.2, within(6 * EPSILON));
        assertThat(rates).hasToString("0.2 to 0.4");
    }

    @Test
    void ofOneRateTheSumIsThatRateTimesTheSteps() {
        LearningRates rates = new LearningRates(new double[] {0, 100}, new double[] {0.1, 0.1});
        assertThat(rates.sum(7, 10)).isEqualTo(0.1 * 3);
        assertThat(rates).hasToString("0.1");
    }
}
