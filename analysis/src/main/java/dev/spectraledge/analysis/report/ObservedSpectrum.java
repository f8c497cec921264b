package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.spectrum.Resolution;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What one observer wrote. Values that the products of a window do not resolve (see {@link Resolution}) are none here, whatever
 * stands in the table.
 *
 * @param name empty for the first observer of updates, whose file is {@code spectrum.csv}
 * @param table one row per window
 * @param nulls the same quantities for null models: one row per window, model and quantile
 */
public record ObservedSpectrum(String name, RunTable table, Optional<RunTable> nulls) {
    private static final double LOWER = 0.05;
    private static final double MEDIAN = 0.5;
    private static final double UPPER = 0.95;

    /** For programs: the name of the file without its ending. */
    String title() {
        return name.isEmpty() ? "spectrum" : "spectrum_" + name;
    }

    /** Whether the windows hold gradients rather than updates. */
    public boolean isOfGradients() {
        return table.columns().contains("window_gradients");
    }

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
    public boolean isFull(int row) {
        return table.column("sigma_" + window())
                .map(values -> !Double.isNaN(values[row]))
                .orElse(false);
    }

    /** A column that holds at least one number that is resolved; the others are NaN. */
    public Optional<double[]> column(String column) {
        return table.column(column)
                .map(values -> resolved(column, values))
                .filter(values -> Arrays.stream(values).anyMatch(Double::isFinite));
    }

    private double[] resolved(String column, double[] values) {
        Squares squares = Squares.of(table, window());
        return IntStream.range(0, values.length)
                .mapToDouble(row -> squares.resolve(column, row, values[row]) ? values[row] : Double.NaN)
                .toArray();
    }

    /** The value of the row whose step is nearest; NaN if there is none, or it is unresolved. */
    double valueNear(double step, String column) {
        return isUnresolvedNear(step, column) ? Double.NaN : table.valueNear(step, column);
    }

    /** Whether the row whose step is nearest has a value that rounding alone may have made. */
    boolean isUnresolvedNear(double step, String column) {
        int row = table.rowNear(step);
        return row >= 0
                && table.column(column)
                        .filter(values -> !Double.isNaN(values[row]))
                        .map(values -> !Squares.of(table, window()).resolve(column, row, values[row]))
                        .orElse(false);
    }

    /** How many windows have no k*, because rounding alone would choose it. */
    int unresolvedEdges() {
        Squares squares = Squares.of(table, window());
        return (int) IntStream.range(0, table.rows())
                .filter(row -> !squares.resolveEdge(row))
                .count();
    }

    /** Quantiles of {@code column} under a null model, by step; empty if not recorded. */
    public Optional<NullQuantiles> nullQuantiles(NullModel model, String column) {
        Optional<double[]> values = nulls.flatMap(recorded -> recorded.column(column));
        Optional<double[]> models = nulls.flatMap(recorded -> recorded.column("null"));
        Optional<double[]> quantiles = nulls.flatMap(recorded -> recorded.column("quantile"));
        if (values.isEmpty() || models.isEmpty() || quantiles.isEmpty()) {
            return Optional.empty();
        }
        double[] steps = nulls.get().steps();
        double[] windows = Arrays.stream(steps).distinct().sorted().toArray();
        double[] low = unknown(windows.length);
        double[] median = unknown(windows.length);
        double[] high = unknown(windows.length);
        for (int row = 0; row < steps.length; row++) {
            if (models.get()[row] == model.code()) {
                int window = Arrays.binarySearch(windows, steps[row]);
                double quantile = quantiles.get()[row];
                if (quantile == LOWER) {
                    low[window] = values.get()[row];
                }
                if (quantile == MEDIAN) {
                    median[window] = values.get()[row];
                }
                if (quantile == UPPER) {
                    high[window] = values.get()[row];
                }
            }
        }
        return Optional.of(new NullQuantiles(windows, low, median, high));
    }

    private static double[] unknown(int length) {
        double[] values = new double[length];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    /** The quantiles of 5, 50 and 95 % by step. */
    @SuppressWarnings("ArrayRecordComponent")
    public record NullQuantiles(double[] steps, double[] low, double[] median, double[] high) {
        /** Whether the window that ends at this step has a null. */
        boolean has(double step) {
            int window = indexOf(step);
            return window >= 0 && !Double.isNaN(high[window]);
        }

        /** Index of the window that ends at this step; negative if it has no null. */
        int indexOf(double step) {
            return Arrays.binarySearch(steps, step);
        }
    }

    /** Σσ² of each window, and the least σ² of those that it has. */
    private record Squares(double[] traces, double[] least) {
        static Squares of(RunTable table, int window) {
            double[] traces = new double[table.rows()];
            double[] least = new double[table.rows()];
            Arrays.fill(least, Double.POSITIVE_INFINITY);
            for (int mode = 1; mode <= window; mode++) {
                double[] values = table.require("sigma_" + mode);
                for (int row = 0; row < traces.length; row++) {
                    double square = values[row] * values[row];
                    if (!Double.isNaN(square)) {
                        traces[row] += square;
                        least[row] = Math.min(least[row], square);
                    }
                }
            }
            return new Squares(traces, least);
        }

        boolean resolveEdge(int row) {
            return Resolution.resolves(least[row], traces[row]);
        }

        boolean resolve(String column, int row, double value) {
            return switch (column.replaceFirst("_\\d+$", "")) {
                case "k_star", "k_star_weighted", "gap", "gap_ratio", "gap_ratio_weighted" -> resolveEdge(row);
                case "sigma" -> Resolution.resolves(value * value, traces[row]);
                case "g23" -> Resolution.resolves(value, traces[row]);
                case "energy", "g23_over_trace" -> Resolution.resolves(value, 1);
                default -> true;
            };
        }
    }
}
