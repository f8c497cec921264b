package dev.spectraledge.analysis.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AutocorrelationTest {
    /** Σ(1 − ℓ/n)φ^ℓ to n − 1 is φ/(1 − φ) − φ(1 − φⁿ)/(n(1 − φ)²). */
    @Test
    void theSizeOfAnAutoregressionIsTheClosedForm() {
        int size = 500;
        for (double coefficient : new double[] {0, 0.3, 0.9, 0.99}) {
            double away = 1 - coefficient;
            double sum = coefficient / away - coefficient * (1 - Math.pow(coefficient, size)) / (size * away * away);
            assertThat(Autocorrelation.effectiveSize(size, lag -> Math.pow(coefficient, lag)))
                    .isCloseTo(size / (1 + 2 * sum), within(1e-9));
        }
    }

    @Test
    void alternatingValuesAreWorthNoMoreThanTheyAre() {
        assertThat(Autocorrelation.effectiveSize(100, lag -> lag % 2 == 0 ? 0.5 : -0.9))
                .isEqualTo(100);
    }

    @Test
    void correlationsFollowTheirDefinition() {
        Autocorrelation correlation = Autocorrelation.of(new double[] {1, 3, 2, 6});
        // Deviations −2, 0, −1 and 3, whose squares are 14.
        assertThat(correlation.at(0)).isEqualTo(1);
        assertThat(correlation.at(1)).isCloseTo(-3.0 / 14, within(1e-15));
        assertThat(correlation.at(2)).isCloseTo(2.0 / 14, within(1e-15));
        assertThat(Autocorrelation.of(new double[] {2, 2, 2}).at(1)).isZero();
    }

    /**
     * The size of what is measured: of means of long series, within a fifth of n(1 − φ)/(1 + φ), and of pairs of n(1 − φ²)/(1 + φ²). The
     * sum of a hundred correlations or so, of a deviation of about √(1/n) each, is known to about a tenth.
     */
    @Test
    void measuredSizesAreThoseOfTheProcess() {
        Random random = new Random(3);
        double coefficient = 0.8;
        int size = 20_000;
        double[] x = DrawnSeries.autoregressive(random, coefficient, size);
        double[] y = DrawnSeries.autoregressive(random, coefficient, size);
        double ofMean = size * (1 - coefficient) / (1 + coefficient);
        double square = coefficient * coefficient;
        double ofPairs = size * (1 - square) / (1 + square);
        assertThat(Autocorrelation.of(x).effectiveSize()).isCloseTo(ofMean, within(0.2 * ofMean));
        assertThat(Autocorrelation.effectiveSize(x, y)).isCloseTo(ofPairs, within(0.2 * ofPairs));
    }

    @Test
    void aConstantSeriesHasASizeAllTheSame() {
        double[] constant = new double[10];
        Arrays.fill(constant, 4);
        assertThat(Autocorrelation.of(constant).effectiveSize()).isEqualTo(10);
    }
}
