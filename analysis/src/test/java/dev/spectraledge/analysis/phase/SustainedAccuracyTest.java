package dev.spectraledge.analysis.phase;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SustainedAccuracyTest {
    private static final double[] STEPS = {1, 100, 200, 300, 400, 500};
    private static final double[] ACCURACY = {0.1, 0.96, 0.5, 0.99, 0.985, 0.98};

    @Test
    void definitionsOfTheGrokStepDiffer() {
        assertThat(GrokRule.FIRST_95.step(STEPS, ACCURACY)).hasValue(100);
        assertThat(GrokRule.SUSTAINED_95.step(STEPS, ACCURACY)).hasValue(300);
        assertThat(GrokRule.SUSTAINED_98.step(STEPS, ACCURACY)).hasValue(300);
        assertThat(GrokRule.FIRST_99.step(STEPS, ACCURACY)).hasValue(300);
        assertThat(SustainedAccuracy.first(STEPS, ACCURACY, 0.98, 4)).isEmpty();
        assertThat(SustainedAccuracy.first(STEPS, ACCURACY, 0.999, 1)).isEmpty();
    }

    @Test
    void anEvaluationThatWasNotMadeBreaksTheRow() {
        double[] gaps = {0.1, Double.NaN, 0.95, Double.NaN, 0.96, 0.97};
        assertThat(GrokRule.FIRST_95.step(STEPS, gaps)).hasValue(200);
        assertThat(GrokRule.SUSTAINED_95.step(STEPS, gaps)).isEmpty();
    }
}
