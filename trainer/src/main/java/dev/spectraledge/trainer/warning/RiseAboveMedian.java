package dev.spectraledge.trainer.warning;

/** A number that is never negative is above a multiple of the median of those in the rows before, once there are enough of them. */
final class RiseAboveMedian extends Streak {
    private final double multiple;
    private final MedianWindow trail;
    private double latest = Double.NaN;
    private double median = Double.NaN;

    /** @param trail rows before, of which the median is taken */
    RiseAboveMedian(double multiple, int trail, int rows) {
        super(multiple, rows);
        this.multiple = multiple;
        this.trail = new MedianWindow(trail);
    }

    @Override
    double margin(double value) {
        latest = value;
        boolean known = trail.isFull();
        if (known) {
            median = trail.median();
        }
        trail.add(value);
        return known && median > 0 ? value / median : Double.NEGATIVE_INFINITY;
    }

    @Override
    public String comparison() {
        return Comparison.of(latest, ">", multiple, median);
    }
}
