package dev.spectraledge.analysis.nulls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.spectrum.DerivedWindow;
import dev.spectraledge.analysis.spectrum.EdgeStatistics;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.SlideStatistics;
import dev.spectraledge.analysis.spectrum.WindowStatistics;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.linalg.RollingGram;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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
    private static final List<String> FURTHER =
            List.of("k_star_noise", "k_star_margin", "ratio_12", "ratio_23", "ratio_34");

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

    /** Two neighbouring windows hold one update more than either of them. */
    @ParameterizedTest
    @EnumSource
    void theLargestWindowHasNullsOfItsChange(NullModel model) {
        int window = RollingGram.MAXIMUM_WINDOW;
        SlideStatistics slide = new SlideStatistics(window);
        slide.setLearningRate(0.001);
        NullDistribution distribution = new NullDistribution(slide, window + 1, 3, new PhiloxKey(42, 5));
        double[][] rows = new double[window + 1][PARAMETERS];
        for (int row = 0; row < rows.length; row++) {
            rows[row][row] = 1 + row;
        }
        distribution.compute(model, gram(rows), 0, window + 1, PARAMETERS, 0);
        assertThat(distribution.quantile(slide.names().indexOf("gram_change_spectrum"), 0.5))
                .isPositive();
    }

    private static Map<String, Tails> measure(NullModel model, int width, int windows, Window window) {
        Random random = new Random(42);
        NullDistribution distribution = new NullDistribution(width, NullTable.DRAWS, new PhiloxKey(42, 5));
        List<String> names = NullDistribution.statistics(width);
        int[] above = new int[names.size()];
        int[] below = new int[names.size()];
        WindowStatistics statistics = new EdgeStatistics(width);
        double[] observed = new double[names.size()];
        for (int draw = 0; draw < windows; draw++) {
            GramMatrix gram = gram(window.draw(random));
            distribution.compute(model, gram, 0, width, PARAMETERS, draw);
            statistics.compute(gram, 0, width, PARAMETERS, observed);
            for (int index = 0; index < names.size(); index++) {
                above[index] += observed[index] > distribution.quantile(index, 0.95) ? 1 : 0;
                below[index] += observed[index] < distribution.quantile(index, 0.05) ? 1 : 0;
            }
        }
        Map<String, Tails> tails = new LinkedHashMap<>();
        for (String name : Stream.concat(SHOWN.stream(), FURTHER.stream()).toList()) {
            int index = names.indexOf(name);
            if (index >= 0) {
                tails.put(name, new Tails(above[index] / (double) windows, below[index] / (double) windows));
            }
        }
        System.out.printf("%s null, W = %d: %s%n", model.title(), width, tails);
        return tails;
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
        for (String statistic : List.of(
                "gap_ratio",
                "g23",
                "g23_over_trace",
                "sigma_1",
                "sigma_2",
                "sigma_3",
                "k_star_margin",
                "ratio_12",
                "ratio_23",
                "ratio_34")) {
            assertThat(tails.get(statistic).above()).as(statistic).isCloseTo(0.05, within(0.023));
            assertThat(tails.get(statistic).below()).as(statistic).isCloseTo(0.05, within(0.023));
        }
        // Of an integer no quantile is exact, but neither tail is larger.
        for (String position : List.of("k_star", "k_star_noise")) {
            assertThat(tails.get(position).above()).isLessThan(0.073);
            assertThat(tails.get(position).below()).isLessThan(0.073);
        }
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
        assertThat(SHOWN).filteredOn(tails::containsKey).allSatisfy(statistic -> {
            Tails measured = tails.get(statistic);
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

    /**
     * Of all statistics of a window of the independent null, those of updates of norm 1, those across a fixed direction and those of
     * two windows in a row among them, one in twenty lies beyond either quantile. Bonferroni over both tails of 22 statistics: with
     * 600 windows the share is within 3.55 standard errors of 0.05 for all of them with a probability of 98 %.
     */
    @ParameterizedTest
    @CsvSource({"unit", "transverse", "slide"})
    void theLevelOfTheIndependentNullIsExactForDerivedWindowsAsWell(String which) {
        int width = 4;
        int windows = 600;
        WindowStatistics statistics = switch (which) {
            case "unit" -> DerivedWindow.ofUnitRows(width);
            case "transverse" -> DerivedWindow.acrossParameters(width);
            default -> new SlideStatistics(width);
        };
        if (statistics instanceof SlideStatistics slide) {
            slide.setLearningRate(0.1);
        }
        int rows = which.equals("slide") ? width + 1 : width;
        int parameters = which.equals("transverse") ? PARAMETERS - 1 : PARAMETERS;
        NullDistribution distribution = new NullDistribution(statistics, rows, NullTable.DRAWS, new PhiloxKey(43, 5));
        List<String> names = statistics.names();
        double[] values = new double[names.size()];
        int[] above = new int[names.size()];
        int[] below = new int[names.size()];
        Random random = new Random(44);
        for (int draw = 0; draw < windows; draw++) {
            GramMatrix gram = derived(which, autoregressive(0, rows).draw(random));
            distribution.compute(NullModel.INDEPENDENT, gram, 0, rows, parameters, draw);
            statistics.compute(gram, 0, rows, parameters, values);
            for (int index = 0; index < names.size(); index++) {
                above[index] += values[index] > distribution.quantile(index, 0.95) ? 1 : 0;
                below[index] += values[index] < distribution.quantile(index, 0.05) ? 1 : 0;
            }
        }
        double band = 3.55 * Math.sqrt(0.05 * 0.95 / windows);
        for (int index = 0; index < names.size(); index++) {
            if (names.get(index).endsWith("k_star")) {
                assertThat(above[index] / (double) windows).isLessThan(0.05 + band);
                assertThat(below[index] / (double) windows).isLessThan(0.05 + band);
            } else {
                assertThat(above[index] / (double) windows).as(names.get(index)).isCloseTo(0.05, within(band));
                assertThat(below[index] / (double) windows).as(names.get(index)).isCloseTo(0.05, within(band));
            }
        }
    }

    /** What the table of nulls is drawn from: cosines, or products across one direction of the space, here the first axis. */
    private static GramMatrix derived(String which, double[][] rows) {
        for (double[] row : rows) {
            if (which.equals("transverse")) {
                row[0] = 0;
            }
            double norm =
                    Math.sqrt(Arrays.stream(row).map(value -> value * value).sum());
            for (int parameter = 0; which.equals("unit") && parameter < PARAMETERS; parameter++) {
                row[parameter] /= norm;
            }
        }
        return gram(rows);
    }
}
