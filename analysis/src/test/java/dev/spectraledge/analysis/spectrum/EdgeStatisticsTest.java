package dev.spectraledge.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeStatisticsTest {
    private static final int WINDOW = 6;
    private static final int SIZE = 40;

    private final List<String> names = new EdgeStatistics(WINDOW).names();

    /** The spectrum with vectors knows σ² better than the products allow; that without them as well as they allow. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void singularValuesAreThoseOfTheSpectrumWithVectorsAsFarAsProductsTell(long seed) {
        GramMatrix gram = new SyntheticTrajectory(seed, WINDOW, SIZE, 0.01, 0.05)
                .history(WINDOW, DecaySource.NONE, WINDOW)
                .gram();
        GramSpectrum spectrum = new GramSpectrum(WINDOW);
        spectrum.compute(gram, 0, WINDOW);
        double[] values = new double[names.size()];
        new EdgeStatistics(WINDOW).compute(gram, 0, WINDOW, SIZE, values);

        double ofSquares = Resolution.OF_TRACE * spectrum.trace();
        for (int mode = 0; mode < WINDOW; mode++) {
            double sigma = value(values, "sigma_" + (mode + 1));
            assertThat(sigma * sigma)
                    .isCloseTo(spectrum.singularValue(mode) * spectrum.singularValue(mode), within(ofSquares));
        }
        int position = SpectralEdge.position(spectrum);
        double ratio = SpectralEdge.ratio(spectrum, position);
        double least = spectrum.singularValue(position) * spectrum.singularValue(position);
        assertThat(value(values, "k_star")).isEqualTo(position);
        assertThat(value(values, "gap_ratio")).isCloseTo(ratio, within(ratio * ofSquares / least));
        assertThat(value(values, "ratio_12")).isEqualTo(value(values, "sigma_1") / value(values, "sigma_2"));
    }

    private double value(double[] values, String name) {
        return values[names.indexOf(name)];
    }
}
