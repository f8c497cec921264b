package dev.spectraledge.kernels.reference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalDistributionTest {
    /** Φ from tables of 16 digits, in both tails and on both sides of the change of method. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.5",
        "1, 0.8413447460685429",
        "-1, 0.15865525393145705",
        "-2, 0.022750131948179207",
        "-3.9, 4.809634401760271e-5",
        "-5, 2.8665157187919391e-7",
        "-10, 7.619853024160527e-24",
        "-20, 2.7536241186062337e-89",
        "5, 0.9999997133484281",
        "40, 1",
    })
    void cumulativeAgreesWithTables(double x, double expected) {
        double error = Math.abs(NormalDistribution.cumulative(x) - expected);

        // The subtraction from 1/2 below 0 loses 0.5/Φ(−4) of relative precision at the worst point.
        double bound = x < -4 ? 64 * Math.ulp(expected) : 8 * Math.ulp(0.5);
        assertThat(error).isLessThanOrEqualTo(bound);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.3989422804014327", "1, 0.24197072451914337", "-3, 0.0044318484119380075"})
    void densityAgreesWithTables(double x, double expected) {
        assertThat(Math.abs(NormalDistribution.density(x) - expected)).isLessThanOrEqualTo(2 * Math.ulp(expected));
    }
}
