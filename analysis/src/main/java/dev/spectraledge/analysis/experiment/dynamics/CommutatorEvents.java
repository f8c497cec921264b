package dev.spectraledge.analysis.experiment.dynamics;

/**
 * What the published code reads from curves over the snapshots (Lifecycle §4.19): extremes, searched from the snapshot on
 * that it says.
 */
final class CommutatorEvents {
    /** Snapshots that the published search for the commutator's peak skips. */
    static final int SKIPPED = 3;

    /** Snapshots among which the published search for the gap's peak looks. */
    static final int EARLY = 15;

    private static final double COLLAPSED = 0.5;

    private CommutatorEvents() {}

    /** Index of the largest value, the first of equals; −1 where there is none in the range. */
    static int largest(double[] values, int from, int to) {
        int best = -1;
        for (int i = from; i < Math.min(to, values.length); i++) {
            if (best < 0 || values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Index of the smallest value. */
    static int smallest(double[] values) {
        double[] negative = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            negative[i] = -values[i];
        }
        return largest(negative, 0, values.length);
    }

    /** First index after a peak at which less than half of it is left; −1 if there is none. */
    static int collapse(double[] values, int peak) {
        for (int i = Math.max(peak, 0); i < values.length; i++) {
            if (values[i] < COLLAPSED * values[peak]) {
                return i;
            }
        }
        return -1;
    }
}
