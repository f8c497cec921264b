package dev.spectraledge.trainer.warning;

import java.util.Arrays;

/** A rule that is met when a margin has been above a bound in so many rows in a row. */
abstract class Streak implements Rule {
    private final double bound;
    /** Margins of the last rows, as a ring. */
    private final double[] margins;

    private int next;
    private double severity = Double.NEGATIVE_INFINITY;

    /** @param bound that the margin has to exceed */
    Streak(double bound, int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("a condition holds in at least one row, not in " + rows);
        }
        this.bound = bound;
        margins = new double[rows];
        Arrays.fill(margins, Double.NEGATIVE_INFINITY);
    }

    @Override
    public final boolean met(long step, double value) {
        margins[next] = margin(value);
        next = (next + 1) % margins.length;
        severity = margins[0];
        for (double margin : margins) {
            severity = Math.min(severity, margin);
        }
        return severity > bound;
    }

    @Override
    public final double severity() {
        return severity;
    }

    /** Of the next row; greater means more alarming, and negatively infinite that nothing can be said yet. */
    abstract double margin(double value);
}
