package dev.spectraledge.analysis.paper;

import java.util.stream.DoubleStream;

/**
 * Within which bounds a measurement agrees with a number that somebody else has found.
 *
 * @param low lower bound, or −∞
 * @param high upper bound, or ∞
 * @param source where the bounds come from, in words: the digits that were printed, a spread that was printed, or a reason
 */
record Tolerance(double low, double high, String source) {
    /** Whether all values lie within the bounds; NaN lies nowhere. */
    boolean admits(double[] values) {
        return DoubleStream.of(values).allMatch(value -> value >= low && value <= high);
    }
}
