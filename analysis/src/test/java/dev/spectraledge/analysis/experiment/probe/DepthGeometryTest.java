package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DepthGeometryTest {
    private static final String[] LAYERS = {"embedding", "layer_0", "layer_1"};

    @Test
    void publishedNumbersAreThoseOfThePublishedCode() {
        Findings findings = GoldenRun.measure(new DepthGeometry());
        long[] steps = {0, 200, 500, 1000, 2000, 5000};
        double[][] determination = {
            {0.277, 0.877, 0.921},
            {0.277, 0.927, 0.970},
            {0.277, 0.951, 0.982},
            {0.277, 0.924, 0.985},
            {0.277, 0.899, 0.969},
            {0.258, 0.823, 0.696}
        };
        double[][] shares = {
            {0.444, 0.446, 0.449},
            {0.446, 0.562, 0.418},
            {0.448, 0.667, 0.376},
            {0.453, 0.654, 0.274},
            {0.479, 0.747, 0.379},
            {0.724, 0.817, 0.373}
        };
        for (int row = 0; row < steps.length; row++) {
            for (int layer = 0; layer < LAYERS.length; layer++) {
                String item = LAYERS[layer];
                GoldenRun.check(findings, "r2", item, steps[row], determination[row][layer], GoldenRun.PRINTED);
                GoldenRun.check(
                        findings, "first-component-share", item, steps[row], shares[row][layer], GoldenRun.PRINTED);
                GoldenRun.check(findings, "depths", item, steps[row], 12, 0);
            }
        }
        GoldenRun.check(findings, "mean-distance", "layer_1", 5000, 0.19, 0.006);
        // Depth explains a part of the variance that exchanged labels do not.
        assertThat(GoldenRun.value(findings, Procedure.CONTROLLED, "variance-between-depths-p", "layer_1", 5000))
                .isEqualTo(1.0 / 40);
    }

    @Test
    void varianceBetweenDepthsIsThatOfExchangedLabelsInNoise() {
        int[] sequences = IntStream.range(0, 400).map(row -> row / 4).toArray();
        NumpyRandom random = NumpyRandom.seeded(9);
        double[][] features = new double[400][3];
        double[] labels = new double[400];
        for (int row = 0; row < 400; row++) {
            features[row] = new double[] {random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1)};
            labels[row] = Math.floor(random.uniform(0, 5));
        }
        LabelExchange noise = LabelExchange.of(
                1,
                39,
                sequences,
                labels,
                exchanged -> Centroids.of(features, exchanged).shareBetween());
        assertThat(noise.probability()).isGreaterThan(0.05);
        for (int row = 0; row < 400; row++) {
            features[row][1] += 0.5 * labels[row];
        }
        LabelExchange planted = LabelExchange.of(
                1,
                39,
                sequences,
                labels,
                exchanged -> Centroids.of(features, exchanged).shareBetween());
        assertThat(planted.probability()).isEqualTo(1.0 / 40);
    }
}
