package dev.spectraledge.trainer.warning;

/** A number is below a share of its running maximum. */
final class FallBelowMaximum extends Streak {
    private final double share;
    private double latest = Double.NaN;
    private double maximum = Double.NEGATIVE_INFINITY;

    FallBelowMaximum(double share, int rows) {
        super(rows);
        this.share = share;
    }

    @Override
    boolean holds(double value) {
        latest = value;
        maximum = Math.max(maximum, value);
        return value < share * maximum;
    }

    @Override
    public String comparison() {
        return Comparison.of(latest, "<", share, maximum);
    }
}
