package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogitGradientsTest {
    @Test
    void withoutRowsNothingIsSaid() {
        LogitGradients gradients = new LogitGradients();
        assertThat(gradients.classSum()).isNaN();
        assertThat(gradients.zeroTargets()).isNaN();
    }

    /** Of four rows one cancels, one has lost its target's part, one has lost half of it, and one belongs to no class. */
    @Test
    void rowsAreAddedUp() {
        LogitGradients gradients = new LogitGradients();
        gradients.add(
                4,
                new int[] {0, 1, 2, -1},
                3,
                (row, column) -> new double[][] {{-0.5, 0.25, 0.25}, {0.25, 0, 0.25}, {0.25, 0.25, -0.25}, {9, 9, 9}}
                        [row][column]);
        assertThat(gradients.classSum()).isEqualTo((0 + 0.5 + 0.25) / (1 + 0.5 + 0.75));
        assertThat(gradients.zeroTargets()).isEqualTo(1.0 / 3);
    }
}
