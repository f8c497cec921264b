package dev.spectraledge.analysis.experiment.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GapRuleTest {
    private static final int ROWS = 60;
    private static final int STRIDE = 100;
    private static final double[] STEPS =
            IntStream.range(0, ROWS).mapToDouble(row -> STRIDE * (row + 1)).toArray();
    private static final int ALL = ROWS - 1;

    /** What comes after the step, or in the last window before it, makes no maximum. */
    @Test
    void theDeclineIsThatUpToTheStep() {
        double[] values = {4, 8, 3, 2, 100};
        double[] steps = {1, 2, 3, 4, 5};
        assertThat(GapRule.decline(steps, values, 4)).isEqualTo(4);
        assertThat(GapRule.decline(steps, values, 4.5)).isEqualTo(4);
        assertThat(GapRule.decline(steps, values, 0)).isNaN();
        assertThat(GapRule.DECLINE.precedes(steps, values, 4)).isTrue();
        assertThat(GapRule.DECLINE.precedes(steps, new double[] {3, 3, 3, 2.1, 2}, 4))
                .isFalse();
    }

    /** A series that falls once, before the step: the rule finds it, and seldom at any other time. */
    @Test
    void aPlantedFallIsFoundAndIsNotThereAtOtherTimes() {
        double[] values = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            values[row] = row >= 8 && row < 14 ? 0.1 : 1;
        }
        double reference = 15 * STRIDE;
        assertThat(GapRule.HALF_MAXIMUM.precedes(STEPS, values, reference)).isTrue();
        assertThat(GapRule.HALF_MAXIMUM.shareOfShifts(STEPS, values, reference, ALL))
                .isLessThan(0.3);
    }

    @Test
    void aPlantedOpeningIsFound() {
        double[] values = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            values[row] = row >= 30 && row < 35 ? 5 : 2;
        }
        assertThat(GapRule.OPENING.precedes(STEPS, values, 40 * STRIDE)).isTrue();
        assertThat(GapRule.OPENING.precedes(STEPS, values, 30 * STRIDE)).isFalse();
    }

    /**
     * Values that come at any time alike: a rule fires before the step as often as in its shifts. The mean of 400 differences has a
     * standard deviation of at most √(1/400) = 0.05, as each lies between −1 and 1; four of them are allowed.
     */
    @ParameterizedTest
    @EnumSource(GapRule.class)
    void valuesWithoutAnEventPrecedeNoMoreOftenThanShifted(GapRule rule) {
        SplittableRandom random = new SplittableRandom(20);
        int draws = 400;
        double difference = 0;
        for (int draw = 0; draw < draws; draw++) {
            double[] values = IntStream.range(0, ROWS)
                    .mapToDouble(row -> Math.exp(random.nextGaussian()))
                    .toArray();
            double reference = 20 * STRIDE;
            difference += (rule.precedes(STEPS, values, reference) ? 1 : 0)
                    - rule.shareOfShifts(STEPS, values, reference, ALL);
        }
        assertThat(difference / draws).isCloseTo(0, within(0.2));
    }

    /** Ten windows give the median, three more are above it. */
    @Test
    void tooFewWindowsSayNothing() {
        assertThat(GapRule.OPENING.canFire(STEPS, 13 * STRIDE)).isFalse();
        assertThat(GapRule.OPENING.canFire(STEPS, 14 * STRIDE)).isTrue();
        assertThat(GapRule.DECLINE.canFire(STEPS, 2 * STRIDE)).isFalse();
    }

    /** A run that never groks has no decline as published, whatever its values; controlled it has one. */
    @Test
    void asPublishedAControlCannotDecline() {
        double[] values =
                IntStream.range(0, ROWS).mapToDouble(row -> Math.pow(0.5, row)).toArray();
        Findings findings = new Findings();
        GapEvents.events(GapRule.DECLINE, STEPS, values, 20 * STRIDE, false, "decline", findings);
        assertThat(findings.value(Procedure.PUBLISHED, "preceded", "decline", 20 * STRIDE))
                .hasValue(0);
        assertThat(findings.value(Procedure.CONTROLLED, "preceded", "decline", 20 * STRIDE))
                .hasValue(1);
    }
}
