package dev.spectraledge.analysis.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the published analysis prints for a Dyck run (seed 42, weight decay 1, windows of five updates of 100 steps): σ to 4
 * decimals, trailing zeros dropped, gradient shares by the trapezoid rule to 3, and whether both parts push alike.
 */
record PublishedDecomposition(String[] singularValues, String[] gradientShares, boolean[] aligned) {
    static final Map<Integer, PublishedDecomposition> BY_STEP = Map.of(
            300,
            new PublishedDecomposition(
                    new String[] {"5.6537", "2.7898", "0.8162"},
                    new String[] {"0.976", "0.444", "0.549"},
                    new boolean[] {true, false, false}),
            600,
            new PublishedDecomposition(
                    new String[] {"3.7468", "1.7048", "1.0932", "0.5911", "0.4208"},
                    new String[] {"0.053", "0.973", "0.582", "0.583", "0.813"},
                    new boolean[] {true, false, false, false, false}),
            1500,
            new PublishedDecomposition(
                    new String[] {"1.9224", "1.4327", "0.3395", "0.1497", "0.0536"},
                    new String[] {"0.937", "0.434", "0.925", "0.508", "0.510"},
                    new boolean[] {true, false, false, false, false}),
            4000,
            new PublishedDecomposition(
                    new String[] {"2.4134", "1.0540", "0.7397", "0.5393", "0.1864"},
                    new String[] {"0.873", "0.920", "0.628", "0.849", "0.527"},
                    new boolean[] {false, true, false, false, false}));

    /** Compares every printed digit with the columns of a row. */
    void requireEqual(ToDoubleFunction<String> columns) {
        for (int mode = 1; mode <= singularValues.length; mode++) {
            assertThat(String.format(Locale.ROOT, "%.4f", columns.applyAsDouble("sigma_" + mode)))
                    .as("sigma_%d", mode)
                    .isEqualTo(singularValues[mode - 1]);
            assertThat(String.format(Locale.ROOT, "%.3f", columns.applyAsDouble("trapezoid_gradient_share_" + mode)))
                    .as("trapezoid_gradient_share_%d", mode)
                    .isEqualTo(gradientShares[mode - 1]);
            assertThat(columns.applyAsDouble("trapezoid_mean_product_" + mode) > 0)
                    .as("trapezoid_mean_product_%d", mode)
                    .isEqualTo(aligned[mode - 1]);
        }
    }
}
