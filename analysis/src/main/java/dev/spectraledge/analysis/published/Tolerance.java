package dev.spectraledge.analysis.published;

import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Within which bounds a measurement agrees with a number that somebody else has found.
 *
 * @param low lower bound, or −∞
 * @param high upper bound, or ∞
 * @param source where the bounds come from, in words: the digits that were printed, a spread that was printed, or a reason
 */
public record Tolerance(double low, double high, String source) {
    /**
     * From the columns {@code <of> low}, {@code <of> high} and {@code <of> tolerance}; empty if the last one is.
     *
     * @param of {@code published} or {@code rerun}
     */
    static Optional<Tolerance> parse(CsvRow row, String of) {
        String column = of + " tolerance";
        if (row.text(column).isEmpty()) {
            return Optional.empty();
        }
        double low = row.number(of + " low", Double.NEGATIVE_INFINITY);
        double high = row.number(of + " high", Double.POSITIVE_INFINITY);
        if (!(low <= high) || (Double.isInfinite(low) && Double.isInfinite(high))) {
            throw row.wrong(column, "there are no bounds, or the lower one lies above the upper");
        }
        return Optional.of(new Tolerance(low, high, row.text(column)));
    }

    /** Whether all values lie within the bounds; NaN lies nowhere. */
    public boolean admits(double[] values) {
        return DoubleStream.of(values).allMatch(value -> value >= low && value <= high);
    }
}
