package dev.spectraledge.trainer.warning;

/** A number that is never negative is below a share of its running maximum. */
final class FallBelowMaximum extends Streak {
    private final double share;
    private double latest = Double.NaN;
    private double maximum = Double.NEGATIVE_INFINITY;

    FallBelowMaximum(double share, int rows) {
        super(-share, rows);
        this.share = share;
    }

    @Override
    double margin(double value) {
        latest = value;
        maximum = Math.max(maximum, value);
        return maximum > 0 ? -value / maximum : Double.NEGATIVE_INFINITY;
    }

    @Override
    public String comparison() {
        return Comparison.of(latest, "<", share, maximum);
    }
}
