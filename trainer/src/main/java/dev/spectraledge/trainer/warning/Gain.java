package dev.spectraledge.trainer.warning;

/** A number is so much above the first one. */
final class Gain extends Streak {
    private final double level;
    private double first = Double.NaN;
    private double latest = Double.NaN;

    Gain(double level, int rows) {
        super(level, rows);
        this.level = level;
    }

    @Override
    double margin(double value) {
        latest = value;
        if (Double.isNaN(first)) {
            first = value;
        }
        return value - first;
    }

    @Override
    public String comparison() {
        return Comparison.of(latest, ">", level) + " + " + Comparison.number(first);
    }
}
