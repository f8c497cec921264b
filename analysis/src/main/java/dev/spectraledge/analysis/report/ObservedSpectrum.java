package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.nulls.NullModel;
import java.util.Arrays;
import java.util.Optional;

/**
 * What one observer wrote.
 *
 * @param name empty for the first observer, whose file is {@code spectrum.csv}
 * @param table one row per window
 * @param nulls the same quantities for null models: one row per window, model and quantile
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
        return table.steps();
    }

    /** Whether the window of a row holds as many updates as it can; windows fill while a run begins. */
    boolean isFull(int row) {
        return table.column("sigma_" + window())
                .map(values -> !Double.isNaN(values[row]))
                .orElse(false);
    }

    /** A column that holds at least one number. */
    public Optional<double[]> column(String column) {
        return table.column(column).filter(values -> Arrays.stream(values).anyMatch(Double::isFinite));
    }

    /** Lowest and highest recorded quantile of {@code column} under a null model, by step; empty if not recorded. */
    public Optional<NullRange> nullRange(NullModel model, String column) {
        Optional<double[]> values = nulls.flatMap(table -> table.column(column));
        Optional<double[]> models = nulls.flatMap(table -> table.column("null"));
        Optional<double[]> quantiles = nulls.flatMap(table -> table.column("quantile"));
        if (values.isEmpty() || models.isEmpty() || quantiles.isEmpty()) {
            return Optional.empty();
        }
        double[] steps = nulls.get().steps();
        double lowest = Arrays.stream(quantiles.get()).min().orElse(Double.NaN);
        double highest = Arrays.stream(quantiles.get()).max().orElse(Double.NaN);
        double[] windows = Arrays.stream(steps).distinct().sorted().toArray();
        double[] low = new double[windows.length];
        double[] high = new double[windows.length];
        Arrays.fill(low, Double.NaN);
        Arrays.fill(high, Double.NaN);
        for (int row = 0; row < steps.length; row++) {
            if (models.get()[row] == model.code()) {
                int window = Arrays.binarySearch(windows, steps[row]);
                if (quantiles.get()[row] == lowest) {
                    low[window] = values.get()[row];
                }
                if (quantiles.get()[row] == highest) {
                    high[window] = values.get()[row];
                }
            }
        }
        return Optional.of(new NullRange(windows, low, high));
    }

    /** A range of quantiles by step. */
    public record NullRange(double[] steps, double[] low, double[] high) {
        /** The highest quantile for the window that ends at this step; NaN if it has none. */
        double highAt(double step) {
            int window = Arrays.binarySearch(steps, step);
            return window < 0 ? Double.NaN : high[window];
        }
    }
}
