package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;
import java.util.OptionalInt;

/** From which record on a defect counts as risen (Lifecycle §4.23). */
final class DefectOnset {
    /** The published rule looks at no record before this one. */
    static final int FIRST_ADMISSIBLE = 2;

    private static final int BASELINE = 3;
    private static final double LEAST_BASELINE = 0.1;
    private static final double RISE = 10;
    private static final double LEAST = 20;

    private DefectOnset() {}

    /**
     * As published: the first record from the third on that is more than ten times the baseline, the median of the first
     * three or 0.1, and more than 20.
     */
    static OptionalInt published(double[] defects) {
        double baseline =
                Math.max(LEAST_BASELINE, Statistics.median(Arrays.copyOf(defects, Math.min(BASELINE, defects.length))));
        for (int record = FIRST_ADMISSIBLE; record < defects.length; record++) {
            if (defects[record] > RISE * baseline && defects[record] > LEAST) {
                return OptionalInt.of(record);
            }
        }
        return OptionalInt.empty();
    }

    /** Ours: the first record that is more than ten times the one before training. */
    static OptionalInt tenfold(double[] values) {
        for (int record = 1; record < values.length; record++) {
            if (values[record] > RISE * values[0]) {
                return OptionalInt.of(record);
            }
        }
        return OptionalInt.empty();
    }
}
