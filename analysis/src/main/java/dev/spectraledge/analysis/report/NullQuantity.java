package dev.spectraledge.analysis.report;

import java.util.List;

/**
 * A quantity of a window that null models have as well.
 *
 * @param logarithmic whether differences are those of logarithms: it is positive and spans powers of ten
 */
record NullQuantity(String column, String label, boolean logarithmic) {
    static final List<NullQuantity> ALL = List.of(
            new NullQuantity("k_star", "k*", false),
            new NullQuantity("gap_ratio", "R", true),
            new NullQuantity("g23", "g₂₃", true),
            new NullQuantity("g23_over_trace", "g₂₃/Σσ²", true),
            new NullQuantity("sigma_1", "σ₁", true),
            new NullQuantity("sigma_2", "σ₂", true),
            new NullQuantity("sigma_3", "σ₃", true));

    double difference(double observed, double expected) {
        return logarithmic ? Math.log(observed / expected) : observed - expected;
    }
}
