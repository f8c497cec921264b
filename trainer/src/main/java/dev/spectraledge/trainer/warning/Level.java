package dev.spectraledge.trainer.warning;

/** A number is below a level, or above it. */
final class Level extends Streak {
    private final double level;
    /** −1 where the number has to be below. */
    private final double sign;

    private double latest = Double.NaN;

    private Level(double level, double sign, int rows) {
        super(sign * level, rows);
        this.level = level;
        this.sign = sign;
    }

    static Level below(double level, int rows) {
        return new Level(level, -1, rows);
    }

    static Level above(double level, int rows) {
        return new Level(level, 1, rows);
    }

    @Override
    double margin(double value) {
        latest = value;
        return sign * value;
    }

    @Override
    public String comparison() {
        return Comparison.of(latest, sign < 0 ? "<" : ">", level);
    }
}
