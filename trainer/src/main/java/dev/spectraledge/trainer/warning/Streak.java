package dev.spectraledge.trainer.warning;

/** A rule that is met when its condition has held in so many rows in a row. */
abstract class Streak implements Rule {
    private final int rows;
    private int held;

    Streak(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("a condition holds in at least one row, not in " + rows);
        }
        this.rows = rows;
    }

    @Override
    public final boolean met(long step, double value) {
        held = holds(value) ? held + 1 : 0;
        return held >= rows;
    }

    /** Whether the condition holds in this row. */
    abstract boolean holds(double value);
}
