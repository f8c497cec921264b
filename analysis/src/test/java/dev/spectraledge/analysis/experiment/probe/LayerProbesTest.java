package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import org.junit.jupiter.api.Test;

class LayerProbesTest {
    /** Besides the printed digits, two of 1961 predictions near a half that float32 rounds to another depth. */
    private static final double ROUNDED = GoldenRun.PRINTED + 2.0 / 1961;

    private static final String[] LAYERS = {"embedding", "layer_0", "layer_1"};

    @Test
    void publishedNumbersAreThoseOfThePublishedCode() {
        Findings findings = GoldenRun.measure(new LayerProbes());
        long[] steps = {0, 100, 200, 500, 1000, 1500, 2000, 5000};
        double[][] printed = {
            {0.243, 0.852, 0.919},
            {0.247, 0.899, 0.956},
            {0.278, 0.921, 0.970},
            {0.253, 0.945, 0.977},
            {0.266, 0.919, 0.982},
            {0.260, 0.904, 0.979},
            {0.259, 0.897, 0.964},
            {0.246, 0.822, 0.709}
        };
        for (int row = 0; row < steps.length; row++) {
            for (int layer = 0; layer < LAYERS.length; layer++) {
                GoldenRun.check(
                        findings, "linear-r2", LAYERS[layer], steps[row], printed[row][layer], GoldenRun.PRINTED);
            }
        }
        double[] early = {0.320, 0.730, 0.891};
        double[] late = {0.301, 0.656, 0.650};
        for (int layer = 0; layer < LAYERS.length; layer++) {
            GoldenRun.check(findings, "accuracy", LAYERS[layer], 100, early[layer], ROUNDED);
            GoldenRun.check(findings, "accuracy", LAYERS[layer], 5000, late[layer], ROUNDED);
        }
        assertThat(GoldenRun.value(findings, Procedure.CONTROLLED, "linear-r2", "layer_1", 5000))
                .isGreaterThan(0.99);
    }
}
