package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import org.junit.jupiter.api.Test;

class DepthProbesTest {
    private static final long[] STEPS = {200, 600, 2000, 5000};
    /** Hundreds of epochs, or a system of 2784 equations, in double where the reference has float32. */
    private static final double SINGLE_PRECISION = 0.01;

    @Test
    void publishedNumbersAreThoseOfThePublishedCode() {
        Findings findings = GoldenRun.measure(new DepthProbes());
        double[][] blocks = {
            {0.910, 0.974, 0.945, 0.965, 0.982, 0.978},
            {0.925, 0.987, 0.985, 0.981, 0.995, 0.993},
            {0.894, 0.983, 0.994, 0.954, 0.983, 0.995},
            {0.807, 0.705, 0.957, 0.654, 0.568, 0.987}
        };
        double[][] directions = {
            {0.420, 0.318, 0.041, 0.047},
            {0.483, 0.160, 0.007, 0.007},
            {0.406, 0.011, 0.009, 0.023},
            {0.288, 0.012, 0.038, 0.161}
        };
        for (int phase = 0; phase < STEPS.length; phase++) {
            long step = STEPS[phase];
            for (int layer = 0; layer < 2; layer++) {
                String item = "layer_" + layer;
                double[] printed = blocks[phase];
                GoldenRun.check(findings, "linear-r2", item, step, printed[3 * layer], GoldenRun.PRINTED);
                GoldenRun.check(findings, "quadratic-r2", item, step, printed[3 * layer + 1], SINGLE_PRECISION);
                GoldenRun.check(findings, "mlp-r2", item, step, printed[3 * layer + 2], SINGLE_PRECISION);
            }
            for (int index = 0; index < 4; index++) {
                String item = "query_v" + (index + 1);
                GoldenRun.check(findings, "linear-r2", item, step, directions[phase][index], GoldenRun.PRINTED);
            }
        }
        linearReadabilityDoesNotFallWhenScaleDoesNotCount(findings);
        ofThreeSeedsThisIsOne(findings);
    }

    /** The published code gave mean and standard deviation of three seeds: none is farther than √2 deviations off. */
    private static void ofThreeSeedsThisIsOne(Findings findings) {
        double farthest = Math.sqrt(2);
        GoldenRun.check(findings, "linear-r2/replicated", "layer_1", 500, 0.984, 0.0005 + 0.004 * farthest);
        GoldenRun.check(findings, "linear-r2/replicated", "layer_1", 3900, 0.768, 0.0005 + 0.096 * farthest);
        GoldenRun.check(findings, "mlp-r2/replicated", "layer_1", 500, 0.993, 0.0005 + 0.002 * farthest);
        GoldenRun.check(findings, "mlp-r2/replicated", "layer_1", 3900, 0.991, 0.0005 + 0.003 * farthest);
        assertThat(GoldenRun.value(findings, Procedure.CONTROLLED, "linear-r2/replicated", "layer_1", 3900))
                .isGreaterThan(0.95);
    }

    private static void linearReadabilityDoesNotFallWhenScaleDoesNotCount(Findings findings) {
        double early = GoldenRun.value(findings, Procedure.CONTROLLED, "linear-r2", "layer_1", 200);
        double late = GoldenRun.value(findings, Procedure.CONTROLLED, "linear-r2", "layer_1", 5000);
        assertThat(late).isGreaterThan(early).isGreaterThan(0.99);
        assertThat(GoldenRun.value(findings, Procedure.CONTROLLED, "feature-deviation", "layer_1", 5000))
                .isBetween(0.0175, 0.0185);
        assertThat(GoldenRun.value(findings, Procedure.CONTROLLED, "linear-r2/exchanged", "layer_1", 5000))
                .isLessThan(0.5);
    }
}
