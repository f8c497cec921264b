package dev.spectraledge.trainer.warning;

/** A number has another sign than the first one that was not zero. */
final class SignChange extends Streak {
    private double first;
    private double latest = Double.NaN;

    SignChange(int rows) {
        super(0, rows);
    }

    @Override
    double margin(double value) {
        latest = value;
        if (first == 0) {
            first = value;
        }
        return -value * Math.signum(first);
    }

    @Override
    public String comparison() {
        return Comparison.of(latest, "after", first);
    }
}
