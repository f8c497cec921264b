package dev.spectraledge.analysis.report.plot;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Where a series has no data for so long that no line may cross. */
final class DataGaps {
    /** A step this many times longer than the median is a gap. */
    private static final double GAP = 4;

    private final double[] x;
    private final double widestStep;

    /** @param x ascending */
    DataGaps(double[] x) {
        this.x = x;
        double[] steps = IntStream.range(1, x.length)
                .mapToDouble(i -> x[i] - x[i - 1])
                .sorted()
                .toArray();
        widestStep = steps.length == 0 ? Double.POSITIVE_INFINITY : GAP * steps[steps.length / 2];
    }

    /** Whether there is one between this position and the one before. */
    boolean before(int index) {
        return index > 0 && x[index] - x[index - 1] > widestStep;
    }

    /** The positions, with one more in the middle of each gap. */
    double[] positions() {
        return spread(x, index -> (x[index - 1] + x[index]) / 2);
    }

    /** Values at the positions, with NaN in the middle of each gap. */
    double[] values(double[] values) {
        return spread(values, index -> Double.NaN);
    }

    private double[] spread(double[] values, Inserted inserted) {
        double[] spread = new double[2 * values.length];
        int size = 0;
        for (int i = 0; i < values.length; i++) {
            if (before(i)) {
                spread[size++] = inserted.before(i);
            }
            spread[size++] = values[i];
        }
        return Arrays.copyOf(spread, size);
    }

    private interface Inserted {
        double before(int index);
    }
}
