package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OnsetRuleTest {
    private static final long SEED = 42;

    @Test
    void twoTasksHaveARuleOfTheirOwn() {
        assertThat(OnsetRule.of(1)).isEqualTo(OnsetRule.TENFOLD);
        assertThat(OnsetRule.of(2)).isEqualTo(OnsetRule.ROLLING_MAXIMUM);
        assertThat(OnsetRule.of(3)).isEqualTo(OnsetRule.TENFOLD);
    }

    /** Twenty records: the baseline is that of the first five, whose rolling maximum is 1, 1, 2, 2, 2; so 10 is not above, 10.1 is. */
    @Test
    void theMaximumOfFiveRecordsHasToRiseFivefold() {
        double[] defects = new double[20];
        Arrays.fill(defects, 1);
        defects[2] = 2;
        assertThat(OnsetRule.ROLLING_MAXIMUM.record(defects)).isEmpty();
        defects[11] = 10;
        assertThat(OnsetRule.ROLLING_MAXIMUM.record(defects)).isEmpty();
        defects[13] = 10.1;
        assertThat(OnsetRule.ROLLING_MAXIMUM.record(defects)).hasValue(13);
    }

    /** A peak in the first quarter is still in the maximum of the fifth record. */
    @Test
    void aRiseWithinTheBaselineIsSeenAtItsEnd() {
        double[] defects = new double[20];
        Arrays.fill(defects, 1);
        defects[4] = 100;
        assertThat(OnsetRule.ROLLING_MAXIMUM.record(defects)).hasValue(5);
    }

    @Test
    void theEarlierRuleWantsThreeInARow() {
        double[] defects = {1, 1, 1, 4, 1, 4, 4, 1, 4, 4, 4, 1};
        assertThat(OnsetRule.THREEFOLD.record(defects)).hasValue(8);
        assertThat(OnsetRule.THREEFOLD.record(Arrays.copyOf(defects, 10))).isEmpty();
    }

    @Test
    void aDefectThatStaysRisesInNoOrder() {
        Random random = new Random(1);
        for (int trial = 0; trial < 20; trial++) {
            double[] flat = random.doubles(40, 25, 45).toArray();
            for (OnsetRule rule : OnsetRule.values()) {
                assertThat(rule.record(flat)).isEmpty();
                assertThat(rule.shareOfOrders(flat, trial)).isZero();
            }
        }
    }

    @Test
    void aPlantedRiseSpeaksOfItsOrder() {
        double[] risen = new double[40];
        Arrays.fill(risen, 0, 20, 0.5);
        Arrays.fill(risen, 20, 40, 50);
        // The rolling maximum comes to the rise at once; an order at random has large ones among the first.
        for (OnsetRule rule : OnsetRule.values()) {
            assertThat(rule.record(risen)).as(rule.key()).hasValue(20);
        }
        assertThat(OnsetRule.ROLLING_MAXIMUM.shareOfOrders(risen, SEED)).isLessThan(0.1);
    }

    /** Defects of which one in ten is a hundred times as large rise by the published rules in whatever order they come. */
    @Test
    void aRiseOfRecordsThatMerelyScatterIsThereInMostOrders() {
        Random random = new Random(2);
        double[] scattered = new double[60];
        for (int record = 0; record < scattered.length; record++) {
            scattered[record] = (record % 10 == 9 ? 100 : 1) * random.nextDouble(0.9, 1.1);
        }
        assertThat(OnsetRule.TENFOLD.record(scattered)).isPresent();
        assertThat(OnsetRule.TENFOLD.shareOfOrders(scattered, SEED)).isGreaterThan(0.9);
    }
}
