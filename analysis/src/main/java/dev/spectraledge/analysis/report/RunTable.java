package dev.spectraledge.analysis.report;

import dev.spectraledge.trainer.io.CsvReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A table of a run, in which any column may be missing. */
public final class RunTable {
    private static final String STEP = "step";

    private final CsvReader file;

    private RunTable(CsvReader file) {
        this.file = file;
    }

    /** Reads a file; throws a RunException if it is not a table of numbers. */
    public static RunTable read(Path file) {
        return new RunTable(CsvReader.read(file));
    }

    /** The column {@code step}; empty if there is none. */
    public double[] steps() {
        return column(STEP).orElse(new double[0]);
    }

    /** Names in the order of the file. */
    public List<String> columns() {
        return file.columns();
    }

    public int rows() {
        return file.rows();
    }

    /** The values of a column, NaN where there is none; empty if there is no such column. */
    public Optional<double[]> column(String name) {
        return file.contains(name) ? Optional.of(file.column(name)) : Optional.empty();
    }

    /** The numbers of a column with their steps; empty if there is no such column, or no number in it. */
    public Optional<Series> series(String name) {
        double[] steps = steps();
        return column(name)
                .map(values -> IntStream.range(0, Math.min(steps.length, values.length))
                        .filter(row -> !Double.isNaN(values[row]))
                        .toArray())
                .filter(rows -> rows.length > 0)
                .map(rows -> new Series(at(rows, steps), at(rows, file.column(name))));
    }

    private static double[] at(int[] rows, double[] values) {
        return IntStream.of(rows).mapToDouble(row -> values[row]).toArray();
    }

    /**
     * A quantity where it is known: rows of other quantities are no gaps in it.
     *
     * @param values as many as steps, at least one, none of them NaN
     */
    public record Series(double[] steps, double[] values) {
        public double last() {
            return values[values.length - 1];
        }

        public double lastStep() {
            return steps[steps.length - 1];
        }
    }

    /** The values of a column; throws a RunException that names similar ones if there is no such column. */
    public double[] require(String name) {
        return file.column(name);
    }

    /** How many of {@code prefix_1}, {@code prefix_2}, … there are without a hole. */
    public int numbered(String prefix) {
        return (int) IntStream.iterate(1, number -> file.contains(prefix + "_" + number), number -> number + 1)
                .count();
    }

    /** A value of the row whose step is nearest; NaN if there is none. */
    public double valueNear(double step, String column) {
        int row = rowNear(step);
        return row < 0 ? Double.NaN : column(column).map(values -> values[row]).orElse(Double.NaN);
    }

    /** The step of a row that is nearest to {@code step}; NaN if there is none. */
    public double stepNear(double step) {
        int row = rowNear(step);
        return row < 0 ? Double.NaN : steps()[row];
    }

    /** The row whose step is nearest to {@code wanted}; negative if there is none. */
    int rowNear(double wanted) {
        double[] steps = steps();
        return steps.length == 0
                ? -1
                : IntStream.range(1, steps.length)
                        .reduce(
                                0,
                                (best, row) ->
                                        Math.abs(steps[row] - wanted) < Math.abs(steps[best] - wanted) ? row : best);
    }
}
