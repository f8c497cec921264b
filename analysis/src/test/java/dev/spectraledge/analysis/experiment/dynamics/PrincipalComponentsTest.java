package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PrincipalComponentsTest {
    private static final double ROUNDING = 64 * Math.ulp(1.0);

    /** Rows (2, 1), (−2, 1), (0, 4), (0, −2) about their mean (0, 1): variances 8 and 18 along the axes. */
    private static final double[][] ROWS = {{2, 1}, {-2, 1}, {0, 4}, {0, -2}};

    private static double[][] gram() {
        double[][] gram = new double[ROWS.length][ROWS.length];
        for (int i = 0; i < ROWS.length; i++) {
            for (int j = 0; j < ROWS.length; j++) {
                gram[i][j] = ROWS[i][0] * ROWS[j][0] + ROWS[i][1] * ROWS[j][1];
            }
        }
        return gram;
    }

    @Test
    void sharesAreThoseOfTheVarianceAboutTheMean() {
        PrincipalComponents components = PrincipalComponents.centred(gram(), ROWS.length);
        assertThat(components.share(0)).isCloseTo(18.0 / 26, within(ROUNDING));
        assertThat(components.share(1)).isCloseTo(8.0 / 26, within(ROUNDING));
        assertThat(components.share(2)).isZero();
    }

    @Test
    void coefficientsGiveUnitVectorsAlongTheAxes() {
        PrincipalComponents components = PrincipalComponents.centred(gram(), ROWS.length);
        double[] first = components.coefficients(0);
        double x = 0;
        double y = 0;
        for (int row = 0; row < ROWS.length; row++) {
            x += first[row] * ROWS[row][0];
            y += first[row] * ROWS[row][1];
        }
        assertThat(Math.abs(y)).isCloseTo(1, within(ROUNDING));
        assertThat(x).isCloseTo(0, within(ROUNDING));
        assertThat(PrincipalComponents.overlap(gram(), first, first)).isCloseTo(1, within(ROUNDING));
        assertThat(PrincipalComponents.overlap(gram(), first, components.coefficients(1)))
                .isCloseTo(0, within(ROUNDING));
    }
}
