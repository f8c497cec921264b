package dev.spectraledge.trainer.warning;

import java.util.Arrays;

/** A number that is never negative is above a multiple of the median of those in the rows before, once there are enough of them. */
final class RiseAboveMedian extends Streak {
    private final double multiple;
    private final double[] trail;
    private final double[] sorted;
    private long seen;
    private double latest = Double.NaN;
    private double median = Double.NaN;

    /** @param trail rows before, of which the median is taken */
    RiseAboveMedian(double multiple, int trail, int rows) {
        super(multiple, rows);
        if (trail < 1) {
            throw new IllegalArgumentException("a median is of at least one row, not of " + trail);
        }
        this.multiple = multiple;
        this.trail = new double[trail];
        sorted = new double[trail];
    }

    @Override
    double margin(double value) {
        latest = value;
        boolean known = seen >= trail.length;
        if (known) {
            System.arraycopy(trail, 0, sorted, 0, trail.length);
            Arrays.sort(sorted);
            median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        }
        trail[(int) (seen++ % trail.length)] = value;
        return known && median > 0 ? value / median : Double.NEGATIVE_INFINITY;
    }

    @Override
    public String comparison() {
        return Comparison.of(latest, ">", multiple, median);
    }
}
