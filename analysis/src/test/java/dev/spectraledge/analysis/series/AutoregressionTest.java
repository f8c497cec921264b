package dev.spectraledge.analysis.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AutoregressionTest {
    private static final int LONG = 20_000;

    private static double[] second(Random random, double first, double second) {
        double[] drawn = new double[LONG + 1000];
        for (int index = 2; index < drawn.length; index++) {
            drawn[index] = first * drawn[index - 1] + second * drawn[index - 2] + random.nextGaussian();
        }
        return Arrays.copyOfRange(drawn, 1000, drawn.length);
    }

    /** Coefficients of n values have a deviation of at most 1/√n here; four of them. */
    @Test
    void theProcessOfALongSeriesIsFound() {
        Autoregression process = Autoregression.of(second(new Random(4), 1.2, -0.5));
        assertThat(process.order()).isGreaterThanOrEqualTo(2);
        double[] coefficients = process.coefficients();
        double tolerance = 4 / Math.sqrt(LONG);
        assertThat(coefficients[0]).isCloseTo(1.2, within(tolerance));
        assertThat(coefficients[1]).isCloseTo(-0.5, within(tolerance));
        assertThat(Arrays.stream(coefficients).skip(2).map(Math::abs).max().orElse(0))
                .isLessThan(tolerance);
        assertThat(process.variance()).isCloseTo(1, within(4 * Math.sqrt(2.0 / LONG)));
    }

    /** First values as well as later ones: 4,000 of each have a variance that is known to four times √(2/4000). */
    @Test
    void whatIsDrawnIsStationaryFromItsFirstValueOn() {
        double[] values = DrawnSeries.autoregressive(new Random(5), 0.95, LONG);
        Autoregression process = Autoregression.of(values);
        RandomSequence random = new RandomSequence();
        random.seek(new PhiloxKey(6, 1), 0);
        int draws = 4000;
        double[][] drawn = new double[draws][];
        Arrays.setAll(drawn, draw -> process.draw(random, 50));
        double variance = Math.pow(Statistics.deviation(values), 2);
        for (int index : new int[] {0, 1, 7, 49}) {
            double[] column =
                    Arrays.stream(drawn).mapToDouble(row -> row[index]).toArray();
            assertThat(Math.pow(Statistics.deviation(column), 2) / variance)
                    .isCloseTo(1, within(4 * Math.sqrt(2.0 / draws)));
        }
    }

    @Test
    void drawsCorrelateAsTheSeriesDoes() {
        double[] values = second(new Random(7), 1.2, -0.5);
        RandomSequence random = new RandomSequence();
        random.seek(new PhiloxKey(8, 1), 0);
        Autocorrelation drawn = Autocorrelation.of(Autoregression.of(values).draw(random, LONG));
        // Of the process: ρ_1 = a/(1 − b), ρ_2 = aρ_1 + b.
        assertThat(drawn.at(1)).isCloseTo(1.2 / 1.5, within(0.03));
        assertThat(drawn.at(2)).isCloseTo(1.2 * 1.2 / 1.5 - 0.5, within(0.05));
    }

    @Test
    void aConstantSeriesHasNoOrderAndIsDrawnAsItIs() {
        double[] constant = DoubleStream.generate(() -> 3).limit(30).toArray();
        Autoregression process = Autoregression.of(constant);
        RandomSequence random = new RandomSequence();
        random.seek(new PhiloxKey(9, 1), 0);
        assertThat(process.order()).isZero();
        assertThat(process.draw(random, 4)).containsOnly(3);
    }

    @Test
    void aLineIsNoReasonToFail() {
        double[] line = IntStream.range(0, 40).asDoubleStream().toArray();
        RandomSequence random = new RandomSequence();
        random.seek(new PhiloxKey(9, 1), 0);
        assertThat(Arrays.stream(Autoregression.of(line).draw(random, 40)).allMatch(Double::isFinite))
                .isTrue();
    }
}
