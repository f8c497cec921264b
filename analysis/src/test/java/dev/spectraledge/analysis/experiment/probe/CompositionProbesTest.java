package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import org.junit.jupiter.api.Test;

class CompositionProbesTest {
    private static final String[] NAMES = {
        "representation-to-depth",
        "token-to-depth",
        "position-to-depth",
        "sum-to-depth",
        "token-position-to-depth",
        "cross-terms-to-depth",
        "representation-to-sum",
        "representation-to-sign"
    };

    @Test
    void publishedNumbersAreThoseOfThePublishedCode() {
        Findings findings = GoldenRun.measure(new CompositionProbes());
        long[] steps = {0, 500, 1000, 5000};
        double[][] printed = {
            {0.903, 0.078, 0.022, 1.000, 0.153, 1.000, 0.903, 1.000},
            {0.980, 0.081, 0.020, 1.000, 0.152, 1.000, 0.980, 0.998},
            {0.983, 0.075, 0.028, 1.000, 0.154, 1.000, 0.983, 0.998},
            {0.684, 0.093, 0.025, 1.000, 0.168, 1.000, 0.684, 0.307}
        };
        for (int row = 0; row < steps.length; row++) {
            for (int probe = 0; probe < NAMES.length; probe++) {
                GoldenRun.check(findings, NAMES[probe], "layer_1", steps[row], printed[row][probe], GoldenRun.PRINTED);
            }
        }
        // With features of any scale the bracket itself is still read.
        assertThat(GoldenRun.value(findings, Procedure.CONTROLLED, "representation-to-sign", "layer_1", 5000))
                .isGreaterThan(0.95);
    }
}
