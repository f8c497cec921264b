package dev.spectraledge.analysis.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesNullTest {
    private static final PhiloxKey KEY = new PhiloxKey(11, 2);

    /** Σx_t cos and Σx_t sin, by their definition. */
    private static double amplitude(double[] values, int frequency) {
        double real = 0;
        double imaginary = 0;
        for (int index = 0; index < values.length; index++) {
            double angle = 2 * Math.PI * frequency * index / values.length;
            real += values[index] * Math.cos(angle);
            imaginary += values[index] * Math.sin(angle);
        }
        return Math.hypot(real, imaginary);
    }

    @ParameterizedTest
    @ValueSource(ints = {31, 32, 5})
    void randomPhasesKeepEveryAmplitude(int size) {
        double[] values = DrawnSeries.autoregressive(new Random(10), 0.7, size);
        List<double[]> drawn = SeriesNull.PHASES.draws(values, KEY).toList();
        assertThat(drawn).hasSize(199).allSatisfy(surrogate -> {
            assertThat(surrogate).hasSize(size).isNotEqualTo(values);
            for (int frequency = 0; frequency < size; frequency++) {
                assertThat(amplitude(surrogate, frequency))
                        .isCloseTo(amplitude(values, frequency), within(1e-12 * size * size));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void surrogatesAreThoseOfTheirKeyAndHaveNothingToDoWithTheSeries(SeriesNull model) {
        double[] values = DrawnSeries.autoregressive(new Random(12), 0.3, 400);
        List<double[]> drawn = model.draws(values, KEY).toList();
        assertThat(model.draws(values, KEY).toList())
                .zipSatisfy(drawn, (one, other) -> assertThat(one).isEqualTo(other));
        assertThat(model.draws(values, new PhiloxKey(11, 3)).findFirst().orElseThrow())
                .isNotEqualTo(drawn.getFirst());
        double mean = drawn.stream()
                .mapToDouble(surrogate -> Statistics.correlation(surrogate, values))
                .average()
                .orElseThrow();
        // 199 correlations, of a deviation of less than 0.1 each.
        assertThat(mean).isCloseTo(0, within(4 * 0.1 / Math.sqrt(199)));
    }
}
