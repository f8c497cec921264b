package dev.spectraledge.analysis.nulls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How often windows of a null's own kind come out as exceptional, and whether windows of another kind do. The windows are
 * vectors that are really drawn, by another generator than the surrogates'.
 */
class NullLevelTest {
    private static final int PARAMETERS = 300;
    private static final List<String> TESTED = List.of("gap_ratio", "g23");
    private static final List<String> SHOWN =
            List.of("k_star", "gap_ratio", "g23", "g23_over_trace", "sigma_1", "sigma_2", "sigma_3");

    /** Parts of the windows above the quantile of 95 % (where p ≤ 0.05) and below that of 5 %. */
    private record Tails(double above, double below) {
        double coverage() {
            return 1 - above - below;
        }
    }

    /** Draws the rows of a window. */
    private interface Window {
        double[][] draw(Random random);
    }

    private static Map<String, Tails> measure(NullModel model, int width, int windows, Window window) {
        Random random = new Random(42);
        NullDistribution distribution = new NullDistribution(width, NullTable.DRAWS, new PhiloxKey(42, 5));
        List<String> names = NullDistribution.statistics(width);
        int[] above = new int[names.size()];
        int[] below = new int[names.size()];
        WindowStatistics observed = new WindowStatistics(width);
        for (int draw = 0; draw < windows; draw++) {
            GramMatrix gram = gram(window.draw(random));
            distribution.compute(model, gram, 0, width, PARAMETERS, draw);
            Map<String, Double> values = observed.of(gram);
            for (int index = 0; index < names.size(); index++) {
                double value = values.getOrDefault(names.get(index), Double.NaN);
                above[index] += value > distribution.quantile(index, 0.95) ? 1 : 0;
                below[index] += value < distribution.quantile(index, 0.05) ? 1 : 0;
            }
        }
        Map<String, Tails> tails = new LinkedHashMap<>();
        for (String name : SHOWN) {
            int index = names.indexOf(name);
            if (index >= 0) {
                tails.put(name, new Tails(above[index] / (double) windows, below[index] / (double) windows));
            }
        }
        System.out.printf("%s null, W = %d: %s%n", model.title(), width, tails);
        return tails;
    }

    /** The statistics of a window by name, from its spectrum. */
    private static final class WindowStatistics {
        private final GramSpectrum spectrum;

        WindowStatistics(int width) {
            spectrum = new GramSpectrum(width);
        }

        Map<String, Double> of(GramMatrix gram) {
            spectrum.compute(gram, 0, gram.rows());
            int position = SpectralEdge.position(spectrum);
            double subleadingGap = SpectralEdge.subleadingGap(spectrum);
            Map<String, Double> values = new HashMap<>();
            values.put("k_star", (double) position);
            values.put("gap_ratio", SpectralEdge.ratio(spectrum, position));
            values.put("g23", subleadingGap);
            values.put("g23_over_trace", subleadingGap / spectrum.trace());
            for (int mode = 0; mode < spectrum.rows(); mode++) {
                values.put("sigma_" + (mode + 1), spectrum.singularValue(mode));
            }
            return values;
        }
    }

    private static GramMatrix gram(double[][] rows) {
        GramMatrix gram = new GramMatrix(rows.length);
        gram.resize(rows.length);
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column <= row; column++) {
                double sum = 0;
                for (int parameter = 0; parameter < PARAMETERS; parameter++) {
                    sum += rows[row][parameter] * rows[column][parameter];
                }
                gram.set(row, column, sum);
            }
        }
        return gram;
    }

    private static double[] normal(Random random) {
        return random.doubles(PARAMETERS).map(any -> random.nextGaussian()).toArray();
    }

    /** x_t = ρx_{t−1} + √(1 − ρ²)·e_t: a stationary process whose correlation at lag ℓ is ρ^ℓ. */
    private static Window autoregressive(double correlation, int width) {
        return random -> {
            double[][] rows = new double[width][];
            rows[0] = normal(random);
            for (int row = 1; row < width; row++) {
                rows[row] = normal(random);
                for (int parameter = 0; parameter < PARAMETERS; parameter++) {
                    rows[row][parameter] = correlation * rows[row - 1][parameter]
                            + Math.sqrt(1 - correlation * correlation) * rows[row][parameter];
                }
            }
            return rows;
        };
    }

    @Test
    void theLevelOfTheIndependentNullIsExact() {
        Map<String, Tails> tails = measure(NullModel.INDEPENDENT, 5, 1500, autoregressive(0, 5));
        // Four standard errors of 1,500 windows.
        for (String statistic : List.of("gap_ratio", "g23", "g23_over_trace", "sigma_1", "sigma_2", "sigma_3")) {
            assertThat(tails.get(statistic).above()).as(statistic).isCloseTo(0.05, within(0.023));
            assertThat(tails.get(statistic).below()).as(statistic).isCloseTo(0.05, within(0.023));
        }
        // Of an integer no quantile is exact, but neither tail is larger.
        assertThat(tails.get("k_star").above()).isLessThan(0.073);
        assertThat(tails.get("k_star").below()).isLessThan(0.073);
    }

    /** As {@link NullModel#level} says. */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.6, 0.9})
    void ofCorrelatedWindowsOfFiveTheLagMatchedNullCallsFewExceptional(double correlation) {
        Map<String, Tails> tails = measure(NullModel.AUTOCORRELATED, 5, 500, autoregressive(correlation, 5));
        for (String statistic : TESTED) {
            assertThat(tails.get(statistic).above()).as(statistic).isLessThanOrEqualTo(0.02);
            assertThat(tails.get(statistic).coverage()).as(statistic).isGreaterThanOrEqualTo(0.96);
        }
    }

    /** Where it takes the chance cosines of independent updates for true ones, it is furthest from its quantiles. */
    @ParameterizedTest
    @CsvSource({"0, 3", "0, 5", "0, 10", "0.2, 10", "0.5, 10", "0, 20"})
    void noMoreWindowsOfTheLagMatchedNullLieBeyondThanIsReckonedWith(double correlation, int width) {
        Map<String, Tails> tails =
                measure(NullModel.AUTOCORRELATED, width, width > 10 ? 150 : 400, autoregressive(correlation, width));
        assertThat(tails.get("gap_ratio").above()).isLessThanOrEqualTo(0.05);
        assertThat(tails).allSatisfy((statistic, measured) -> {
            assertThat(measured.above()).as(statistic).isLessThanOrEqualTo(NullModel.AUTOCORRELATED.mostAbove());
            assertThat(measured.below()).as(statistic).isLessThanOrEqualTo(NullModel.AUTOCORRELATED.mostBelow());
        });
    }

    @Test
    void anEdgeAmongIndependentUpdatesIsFound() {
        Window edge = withDirection(5, any -> 1);
        assertThat(measure(NullModel.INDEPENDENT, 5, 100, edge).get("gap_ratio").above())
                .isEqualTo(1);
    }

    /** With signs that no lag explains: the mean cosines by lag are small, though all updates are nearly parallel. */
    @Test
    void anEdgeThatNoLagExplainsIsFoundByTheLagMatchedNull() {
        Window edge = withDirection(10, random -> random.nextBoolean() ? 2 : -2);
        assertThat(measure(NullModel.AUTOCORRELATED, 10, 100, edge)
                        .get("gap_ratio")
                        .above())
                .isGreaterThan(0.8);
    }

    /** Independent updates, to each of which a multiple of one direction is added. */
    private static Window withDirection(int width, ToDoubleFunction<Random> multiple) {
        return random -> {
            double[][] rows = autoregressive(0, width).draw(random);
            double[] common = normal(random);
            for (double[] row : rows) {
                double factor = multiple.applyAsDouble(random);
                for (int parameter = 0; parameter < PARAMETERS; parameter++) {
                    row[parameter] += factor * common[parameter];
                }
            }
            return rows;
        };
    }
}
