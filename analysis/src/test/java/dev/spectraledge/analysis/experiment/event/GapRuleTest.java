package dev.spectraledge.analysis.experiment.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GapRuleTest {
    private static final int ROWS = 60;
    private static final int STRIDE = 100;
    private static final double[] STEPS =
            IntStream.range(0, ROWS).mapToDouble(row -> STRIDE * (row + 1)).toArray();

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

    @Test
    void aPlantedFallIsFound() {
        double[] values = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            values[row] = row >= 8 && row < 14 ? 0.1 : 1;
        }
        assertThat(GapRule.HALF_MAXIMUM.precedes(STEPS, values, 15 * STRIDE)).isTrue();
        assertThat(GapRule.HALF_MAXIMUM.precedes(STEPS, values, 10 * STRIDE)).isFalse();
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
        RecordedWindows.events(GapRule.DECLINE, STEPS, values, 20 * STRIDE, false, "decline", findings);
        assertThat(findings.value(Procedure.PUBLISHED, "preceded", "decline", 20 * STRIDE))
                .hasValue(0);
        assertThat(findings.value(Procedure.CONTROLLED, "preceded", "decline", 20 * STRIDE))
                .hasValue(1);
    }
}
