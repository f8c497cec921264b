package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeterminationTest {
    @Test
    void comparesWithTheMean() {
        double[] labels = {1, 2, 3, 6};
        assertThat(Determination.coefficient(labels, labels)).isEqualTo(1);
        assertThat(Determination.coefficient(labels, new double[] {3, 3, 3, 3})).isZero();
        // Residuals 0, 0, 0, 4 against a total of 4 + 1 + 0 + 9.
        assertThat(Determination.coefficient(labels, new double[] {1, 2, 3, 2})).isEqualTo(1 - 16.0 / 14);
    }

    @Test
    void isNotDefinedForConstantLabels() {
        assertThat(Determination.coefficient(new double[] {2, 2}, new double[] {1, 3}))
                .isNaN();
    }
}
