package dev.spectraledge.analysis.report;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What one observer wrote.
 *
 * @param name empty for the first observer, whose file is {@code spectrum.csv}
 * @param table one row per window
 * @param nulls the same quantities for null models: one row per window, null and quantile
 */
public record ObservedSpectrum(String name, RunTable table, Optional<RunTable> nulls) {

    /** Number of singular values in a full window. */
    public int window() {
        return table.numbered("sigma");
    }

    /** Steps between two windows; NaN with fewer than two. */
    public double stride() {
        double[] steps = steps();
        return steps.length < 2 ? Double.NaN : steps[steps.length - 1] - steps[steps.length - 2];
    }

    public double[] steps() {
        return table.numbers("step").orElse(new double[0]);
    }

    public Optional<double[]> column(String column) {
        return table.numbers(column);
    }

    /** A quantity of the window that ends nearest to {@code step}; NaN if it was not recorded. */
    public double valueNear(double step, String column) {
        int row = table.rowNearest("step", step);
        return row < 0
                ? Double.NaN
                : table.numbers(column).map(values -> values[row]).orElse(Double.NaN);
    }

    /** Names of the null models, in the order of the file. */
    public List<String> nullNames() {
        return nulls.flatMap(table -> table.texts("null")).stream()
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    /** Lowest and highest recorded quantile of {@code column} under a null, by step; empty if it was not recorded. */
    public Optional<NullRange> nullRange(String nullName, String column) {
        RunTable rows = nulls.orElseThrow().where("null", nullName);
        if (!rows.has(column) || !rows.has("quantile") || rows.rows() == 0) {
            return Optional.empty();
        }
        double[] quantiles = rows.numbers("quantile").orElseThrow();
        double lowest = Arrays.stream(quantiles).min().orElseThrow();
        double highest = Arrays.stream(quantiles).max().orElseThrow();
        double[] steps = rows.numbers("step").orElseThrow();
        double[] values = rows.numbers(column).orElseThrow();
        double[] windows = Arrays.stream(steps).distinct().sorted().toArray();
        double[] low = new double[windows.length];
        double[] high = new double[windows.length];
        Arrays.fill(low, Double.NaN);
        Arrays.fill(high, Double.NaN);
        for (int row = 0; row < rows.rows(); row++) {
            int window = Arrays.binarySearch(windows, steps[row]);
            if (quantiles[row] == lowest) {
                low[window] = values[row];
            }
            if (quantiles[row] == highest) {
                high[window] = values[row];
            }
        }
        return Optional.of(new NullRange(windows, low, high, lowest, highest));
    }

    /** A range of quantiles by step. */
    public record NullRange(double[] steps, double[] low, double[] high, double lowQuantile, double highQuantile) {}
}
