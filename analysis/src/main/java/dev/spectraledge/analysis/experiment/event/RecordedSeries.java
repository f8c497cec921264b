package dev.spectraledge.analysis.experiment.event;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.report.RunTable;
import java.util.Optional;
import java.util.stream.IntStream;

/** Some rows of a run's table. */
final class RecordedSeries {
    private static final int MOST_POINTS = 400;

    private final RunTable table;
    private final int[] rows;

    RecordedSeries(RunTable table, int[] rows) {
        this.table = table;
        this.rows = rows;
    }

    /** Every so many rows of all, the first among them. */
    static RecordedSeries every(RunTable table, int thinned) {
        return new RecordedSeries(
                table,
                IntStream.range(0, table.rows())
                        .filter(row -> row % thinned == 0)
                        .toArray());
    }

    double[] steps() {
        return at(table.steps());
    }

    Optional<double[]> column(String name) {
        return table.column(name).map(this::at);
    }

    private double[] at(double[] values) {
        return IntStream.of(rows).mapToDouble(row -> values[row]).toArray();
    }

    /** A column as a curve, thinned to what a figure shows. */
    void curve(String quantity, String column, String item, Findings findings) {
        column(column).ifPresent(values -> {
            double[] steps = steps();
            int every = Math.max(1, (rows.length + MOST_POINTS - 1) / MOST_POINTS);
            for (int index = 0; index < rows.length; index += every) {
                if (!Double.isNaN(values[index])) {
                    findings.controlled(quantity, item, (long) steps[index], values[index]);
                }
            }
        });
    }
}
