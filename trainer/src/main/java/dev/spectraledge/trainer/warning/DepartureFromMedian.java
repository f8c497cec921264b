package dev.spectraledge.trainer.warning;

/** A number is so many median absolute deviations above the median of those in the rows before, once there are enough of them. */
final class DepartureFromMedian extends Streak {
    private final double deviations;
    private final MedianWindow trail;
    private double latest = Double.NaN;
    private double median = Double.NaN;
    private double deviation = Double.NaN;

    /** @param trail rows before, of which median and deviation are taken */
    DepartureFromMedian(double deviations, int trail, int rows) {
        super(deviations, rows);
        this.deviations = deviations;
        this.trail = new MedianWindow(trail);
    }

    @Override
    double margin(double value) {
        latest = value;
        boolean known = trail.isFull();
        if (known) {
            median = trail.median();
            deviation = trail.medianDeviation();
        }
        trail.add(value);
        return known && deviation > 0 ? (value - median) / deviation : Double.NEGATIVE_INFINITY;
    }

    @Override
    public String comparison() {
        return Comparison.of(latest, ">", median) + " + " + Comparison.number(deviations) + " × "
                + Comparison.number(deviation);
    }
}
