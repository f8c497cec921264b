package dev.spectraledge.analysis.nulls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class NullDistributionTest {
    private static final int WINDOW = 4;
    private static final long PARAMETERS = 100_000;
    private static final PhiloxKey KEY = new PhiloxKey(42, 11);

    private final List<String> statistics = NullDistribution.statistics(WINDOW);

    /** Updates of norm 1 whose correlation is a power of the lag. */
    private static GramMatrix autoregressive(double correlation) {
        GramMatrix gram = new GramMatrix(WINDOW);
        gram.resize(WINDOW);
        for (int row = 0; row < WINDOW; row++) {
            for (int column = 0; column <= row; column++) {
                gram.set(row, column, Math.pow(correlation, row - column));
            }
        }
        return gram;
    }

    private NullDistribution distribution(NullModel model, GramMatrix gram, long step) {
        NullDistribution distribution = new NullDistribution(WINDOW, 99, KEY);
        distribution.compute(model, gram, 0, WINDOW, PARAMETERS, step);
        return distribution;
    }

    private int index(String statistic) {
        return statistics.indexOf(statistic);
    }

    @Test
    void independentUpdatesOfOneNormHaveAFlatSpectrum() {
        NullDistribution noise = distribution(NullModel.INDEPENDENT, autoregressive(0.9), 100);
        double largest = noise.quantile(index("sigma_1"), 0.95);
        // Cosines of random directions are about 1/√P.
        assertThat(largest).isBetween(1.0, 1 + 4 / Math.sqrt(PARAMETERS));
        assertThat(noise.quantile(index("gap_ratio"), 0.5)).isBetween(1.0, 1.02);
    }

    @Test
    void aStrongEdgeIsRareUnderIndependenceAndUsualUnderItsOwnAutocorrelation() {
        GramMatrix observed = autoregressive(0.9);
        NullDistribution noise = distribution(NullModel.INDEPENDENT, observed, 100);
        assertThat(noise.exceedance(index("gap_ratio"))).isEqualTo(0.01);
        NullDistribution surrogate = distribution(NullModel.AUTOCORRELATED, observed, 100);
        assertThat(surrogate.exceedance(index("gap_ratio"))).isBetween(0.1, 0.9);
        GramSpectrum spectrum = new GramSpectrum(WINDOW);
        spectrum.compute(observed, 0, WINDOW);
        assertThat(surrogate.quantile(index("sigma_1"), 0.5)).isCloseTo(spectrum.singularValue(0), within(0.001));
        assertThat(surrogate.quantile(index("k_star"), 0.5)).isEqualTo(1);
    }

    @Test
    void quantilesAreOrderStatistics() {
        NullDistribution noise = distribution(NullModel.INDEPENDENT, autoregressive(0), 100);
        double[] sorted = new double[99];
        for (int rank = 1; rank <= 99; rank++) {
            sorted[rank - 1] = noise.quantile(index("sigma_1"), rank / 100.0);
        }
        assertThat(sorted).isSorted().doesNotHaveDuplicates();
        assertThat(noise.quantile(index("sigma_1"), 0.05)).isEqualTo(sorted[4]);
        assertThat(noise.quantile(index("sigma_1"), 0)).isEqualTo(sorted[0]);
        assertThat(noise.quantile(index("sigma_1"), 1)).isEqualTo(sorted[98]);
    }

    @Test
    void drawsDependOnTheStepAloneAndDifferBetweenSteps() {
        GramMatrix observed = autoregressive(0.3);
        NullDistribution distribution = distribution(NullModel.AUTOCORRELATED, observed, 100);
        double atHundred = distribution.quantile(index("g23"), 0.5);
        distribution.compute(NullModel.INDEPENDENT, observed, 0, WINDOW, PARAMETERS, 200);
        distribution.compute(NullModel.AUTOCORRELATED, observed, 0, WINDOW, PARAMETERS, 100);
        assertThat(distribution.quantile(index("g23"), 0.5)).isEqualTo(atHundred);
        distribution.compute(NullModel.AUTOCORRELATED, observed, 0, WINDOW, PARAMETERS, 200);
        assertThat(distribution.quantile(index("g23"), 0.5)).isNotEqualTo(atHundred);
    }

    @Test
    void windowsThatDifferByRoundingHaveTheSameDraws() {
        GramMatrix observed = autoregressive(0);
        GramMatrix rounded = autoregressive(0);
        for (int row = 1; row < WINDOW; row++) {
            rounded.set(row, 0, row * 1e-15);
        }
        NullDistribution one = distribution(NullModel.AUTOCORRELATED, observed, 100);
        NullDistribution other = distribution(NullModel.AUTOCORRELATED, rounded, 100);
        for (String statistic : statistics) {
            double expected = one.quantile(index(statistic), 0.5);
            assertThat(other.quantile(index(statistic), 0.5))
                    .as(statistic)
                    .isCloseTo(expected, within(1e-9 * Math.abs(expected)));
        }
        assertThat(other.exceedance(index("gap_ratio"))).isEqualTo(one.exceedance(index("gap_ratio")));
    }

    @Test
    void aWindowThatIsNotFullHasNoLaterSingularValues() {
        NullDistribution distribution = new NullDistribution(WINDOW, 19, KEY);
        distribution.compute(NullModel.INDEPENDENT, autoregressive(0.3), 1, 3, PARAMETERS, 100);
        assertThat(distribution.quantile(index("sigma_2"), 0.5)).isPositive();
        assertThat(distribution.quantile(index("sigma_3"), 0.5)).isNaN();
    }
}
