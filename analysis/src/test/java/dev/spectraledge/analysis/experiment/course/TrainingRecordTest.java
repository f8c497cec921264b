package dev.spectraledge.analysis.experiment.course;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainingRecordTest {
    private static final double[] STEPS = {1, 100, 200, 300, 400, 500};
    private static final double[] ACCURACY = {0.1, 0.96, 0.5, 0.99, 0.985, 0.98};

    @Test
    void definitionsOfTheGrokStepDiffer() {
        assertThat(TrainingRecord.firstStep(STEPS, ACCURACY, 0.95, 1)).isEqualTo(100);
        assertThat(TrainingRecord.firstStep(STEPS, ACCURACY, 0.98, 3)).isEqualTo(300);
        assertThat(TrainingRecord.firstStep(STEPS, ACCURACY, 0.98, 4)).isNaN();
        assertThat(TrainingRecord.firstStep(STEPS, ACCURACY, 0.999, 1)).isNaN();
    }
}
