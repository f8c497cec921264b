package dev.spectraledge.analysis.series;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EvenStepsTest {
    @Test
    void theLongestStretchAtTheUsualDistanceCounts() {
        assertThat(EvenSteps.longest(new double[] {1, 200, 400, 600, 900, 1100}))
                .containsExactly(1, 2, 3);
        assertThat(EvenSteps.longest(new double[] {0, 100, 200, 500, 600, 700, 800}))
                .containsExactly(3, 4, 5, 6);
        assertThat(EvenSteps.longest(new double[] {0, 100, 300, 400})).containsExactly(0, 1);
    }

    @Test
    void fewStepsAreEven() {
        assertThat(EvenSteps.longest(new double[0])).isEmpty();
        assertThat(EvenSteps.longest(new double[] {5})).containsExactly(0);
        assertThat(EvenSteps.longest(new double[] {5, 8})).containsExactly(0, 1);
    }
}
