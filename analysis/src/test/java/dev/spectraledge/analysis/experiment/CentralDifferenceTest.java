package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of losses along a line that are polynomials, whose second derivative is known. */
class CentralDifferenceTest {
    private static final double UNIT_ROUNDOFF = 0x1p-53;

    @ParameterizedTest
    @ValueSource(doubles = {1e-4, 0.25, 8})
    void isExactOfAQuadraticWhateverTheStep(double step) {
        // L = 2 − 3t + 7t²/2
        CentralDifference difference = new CentralDifference(t -> -3 + 7 * t);
        double error = 1.5 * 3 * UNIT_ROUNDOFF * (3 + 7 * 2 * step);
        assertThat(difference.at(step)).isCloseTo(7, within(CentralDifference.roundingBound(step, error)));
        assertThat(difference.truncationBound(step))
                .isLessThanOrEqualTo(2 * CentralDifference.roundingBound(step, error));
    }

    @Test
    void isOffByTheFourthDerivativeOfAQuartic() {
        // L = 7t²/2 − 11t³ + 5t⁴/4: L″(0) = 7, and s‴ = 30
        CentralDifference difference = new CentralDifference(t -> 7 * t - 33 * t * t + 5 * t * t * t);
        assertThat(difference.at(0.5)).isEqualTo(7 + 30 * 0.25 / 6);
        assertThat(difference.truncationBound(0.5)).isEqualTo(3 * 30 * 0.25 / 6);
    }

    /** Slopes of quartics that are off by up to e, so that both errors count in turn. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1})
    void theBoundHoldsForQuarticsWhoseSlopesAreRounded(double step) {
        double e = 1e-9;
        Random random = new Random(3);
        double largest = 0;
        for (int draw = 0; draw < 2000; draw++) {
            double curvature = random.nextGaussian();
            double fourth = random.nextGaussian();
            DoubleUnaryOperator slope = t -> curvature * t + fourth * t * t * t + e * (2 * random.nextDouble() - 1);
            CentralDifference difference = new CentralDifference(slope);
            double off = Math.abs(difference.at(step) - curvature);
            double bound = difference.truncationBound(step) + CentralDifference.roundingBound(step, 1.5 * e);
            assertThat(off).isLessThan(bound);
            largest = Math.max(largest, off / bound);
        }
        assertThat(largest).as("of the bound that is used").isGreaterThan(0.25);
    }
}
