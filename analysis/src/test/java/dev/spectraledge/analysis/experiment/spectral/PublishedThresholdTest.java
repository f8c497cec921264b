package dev.spectraledge.analysis.experiment.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedThresholdTest {
    private static GramSpectrum spectrum(double... singularValues) {
        GramMatrix gram = new GramMatrix(singularValues.length);
        gram.resize(singularValues.length);
        for (int row = 0; row < singularValues.length; row++) {
            gram.set(row, row, singularValues[row] * singularValues[row]);
        }
        GramSpectrum spectrum = new GramSpectrum(singularValues.length);
        spectrum.compute(gram, 0, singularValues.length);
        return spectrum;
    }

    /** Printed: 22.96, of σ that are printed to two decimals (SED §2.5). */
    @Test
    void isThatOfThePublishedWindow() {
        GramSpectrum published = spectrum(198.58, 169.08, 122.47, 110.73, 106.22, 92.66, 78.30, 61.27, 44.58, 22.79);
        assertThat(PublishedThreshold.ratio(published, 163_150_848))
                .isCloseTo(22.96, within(0.005 * 22.96 / 22.79 + 0.005));
    }

    /** Thesis §3.5: what makes the test pass is a number of its sizes alone. */
    @ParameterizedTest
    @CsvSource({"163150848, 10, 65.3", "162364416, 10, 65.2", "2359296, 5, 27.7", "131072, 3, 16.0", "131072, 10, 11.0"
    })
    void alikeModesPassWhateverTheyAre(long parameters, int rows, double printed) {
        double[] alike = new double[rows];
        Arrays.fill(alike, 0.37);
        double ratio = PublishedThreshold.ratio(spectrum(alike), parameters);
        assertThat(ratio).isCloseTo(printed, within(0.05));
        assertThat(ratio).isCloseTo(PublishedThreshold.ofNoise(rows, parameters), within(1e-12 * ratio));
        assertThat(ratio).isGreaterThan(PublishedThreshold.PASS);
    }
}
