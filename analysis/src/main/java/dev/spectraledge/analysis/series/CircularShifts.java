package dev.spectraledge.analysis.series;

import dev.spectraledge.analysis.statistic.Null;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A series moved on around its ends by every number of places but none: how slowly it changes stays, and so do all of its values;
 * what it has to do with another series goes. Neighbouring shifts are alike, so that what lasts long is rarely rare.
 */
public final class CircularShifts {
    private CircularShifts() {}

    /** A series that begins so many places later, and goes on with what it began with. */
    public static double[] shifted(double[] values, int shift) {
        double[] moved = new double[values.length];
        for (int index = 0; index < values.length; index++) {
            moved[index] = values[(index + shift) % values.length];
        }
        return moved;
    }

    /**
     * What a statistic is of the shifted series.
     *
     * @param values at least two
     */
    public static Null chance(double[] values, ToDoubleFunction<double[]> statistic) {
        return Null.of(IntStream.range(1, values.length)
                .mapToDouble(shift -> statistic.applyAsDouble(shifted(values, shift)))
                .toArray());
    }
}
