package dev.spectraledge.trainer.warning;

/** A number is below a level. */
final class BelowLevel extends Streak {
    private final double level;
    private double latest = Double.NaN;

    BelowLevel(double level, int rows) {
        super(-level, rows);
        this.level = level;
    }

    @Override
    double margin(double value) {
        latest = value;
        return -value;
    }

    @Override
    public String comparison() {
        return Comparison.of(latest, "<", level);
    }
}
