package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class QuadraticRegressionTest {
    private static final double ROUNDING = 1e-10;

    @Test
    void isThatOfScikitLearnOnExplicitProducts() {
        assertThat(QuadraticRegression.heldOut(new CpuBackend(), Waves.split(), Waves.features(), Waves.labels(), 10))
                .isCloseTo(0.9919264378595799, within(ROUNDING));
    }

    @Test
    void isTheRidgeOnExplicitProductsAlsoWithMoreProductsThanRows() {
        double[][] features = Arrays.copyOf(Waves.features(), 20);
        double[] labels = Arrays.copyOf(Waves.labels(), 20);
        double[][] products =
                Arrays.stream(features).map(QuadraticRegressionTest::products).toArray(double[][]::new);
        double[] expected = RidgeRegression.of(products, 0.1).fit(labels).predict(products);
        try (QuadraticRegression regression = new QuadraticRegression(new CpuBackend(), features, 0.1)) {
            assertThat(regression.predict(labels, features)).containsExactly(expected, within(ROUNDING));
        }
    }

    private static double[] products(double[] row) {
        double[] result = Arrays.copyOf(row, 8 + 28);
        int next = 8;
        for (int i = 0; i < 8; i++) {
            for (int j = i + 1; j < 8; j++) {
                result[next++] = row[i] * row[j];
            }
        }
        return result;
    }

    @Test
    void oneFeatureHasNoProducts() {
        double[][] features = Arrays.stream(Waves.features())
                .map(row -> new double[] {row[6]})
                .toArray(double[][]::new);
        assertThat(QuadraticRegression.heldOut(new CpuBackend(), Waves.split(), features, Waves.labels(), 10))
                .isCloseTo(RidgeRegression.heldOut(Waves.split(), features, Waves.labels(), 10), within(ROUNDING));
    }

    @Test
    void refusesToDoWithoutAPenalty() {
        assertThatThrownBy(() -> new QuadraticRegression(new CpuBackend(), Waves.features(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("α > 0");
    }
}
