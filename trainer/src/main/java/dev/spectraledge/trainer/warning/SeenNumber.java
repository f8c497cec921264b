package dev.spectraledge.trainer.warning;

import dev.spectraledge.kernels.linalg.RollingGram;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What a detector sees of a row: the number in its column, or none where rounding alone may have made it. Updates along a
 * straight line have σ_2 = … = σ_W = 0, and what is said of these would be said of rounding.
 */
public final class SeenNumber {
    private static final String ENERGY = "energy_";

    private final Resolved resolved;
    private final int column;
    /** σ²/Σσ² of the modes. */
    private final int[] energies;

    /**
     * Looks the columns up.
     *
     * @param columns of the table, among which that of the rule is
     */
    public SeenNumber(DetectorRule rule, List<String> columns) {
        resolved = rule.resolved();
        column = columns.indexOf(rule.column());
        energies = IntStream.range(0, columns.size())
                .filter(index -> columns.get(index).startsWith(ENERGY))
                .toArray();
    }

    /**
     * What a detector sees of all rows of a table.
     *
     * @param column the values of a column by its name
     */
    public static double[] column(DetectorRule rule, List<String> columns, Function<String, double[]> column) {
        SeenNumber number = new SeenNumber(rule, columns);
        double[][] values = columns.stream().map(column).toArray(double[][]::new);
        return IntStream.range(0, values[number.column].length)
                .mapToDouble(row -> number.of(index -> values[index][row]))
                .toArray();
    }

    /** The number, or NaN. */
    public double of(IntToDoubleFunction row) {
        double value = row.applyAsDouble(column);
        return isResolved(row, value) ? value : Double.NaN;
    }

    private boolean isResolved(IntToDoubleFunction row, double value) {
        return switch (resolved) {
            case NOTHING -> true;
            case VALUE -> value > RollingGram.RESOLUTION;
            case EDGE -> {
                for (int energy : energies) {
                    // Missing while the window fills.
                    if (row.applyAsDouble(energy) <= RollingGram.RESOLUTION) {
                        yield false;
                    }
                }
                yield true;
            }
        };
    }
}
