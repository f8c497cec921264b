package dev.spectraledge.analysis.experiment.dynamics;

import java.util.Locale;
import java.util.OptionalInt;

/** The published rules for when a defect counts as risen (thesis §5.5). */
enum OnsetRule {
    /** For one task and for three: ten times the first records, and more than 20. */
    TENFOLD,
    /** For two tasks: the maximum of five records five times above what it usually is in the first quarter. */
    ROLLING_MAXIMUM,
    /** An earlier one for two tasks: three times the usual of the first three tenths, three times in a row. */
    THREEFOLD;

    private static final int SHUFFLES = 199;
    private static final long ORDERS = 0x6F726472;
    private static final int TWO_TASKS = 2;

    /** That of the published script for so many tasks at once. */
    static OnsetRule of(int tasks) {
        return tasks == TWO_TASKS ? ROLLING_MAXIMUM : TENFOLD;
    }

    /** In items of findings. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The record from which on a defect has risen; empty if it never does. */
    OptionalInt record(double... defects) {
        return switch (this) {
            case TENFOLD -> DefectOnset.published(defects);
            case ROLLING_MAXIMUM -> DefectOnset.rollingMaximum(defects);
            case THREEFOLD -> DefectOnset.threefold(defects);
        };
    }

    /**
     * In which share of random orders of the same records the rule sees a rise as well (ours): near 0 it speaks of their order, near 1
     * of their spread alone.
     */
    double shareOfOrders(double[] defects, long seed) {
        Draws draws = new Draws(seed, ORDERS);
        double[] shuffled = defects.clone();
        int risen = 0;
        for (int shuffle = 0; shuffle < SHUFFLES; shuffle++) {
            draws.shuffle(shuffled);
            risen += record(shuffled).isPresent() ? 1 : 0;
        }
        return (double) risen / SHUFFLES;
    }
}
