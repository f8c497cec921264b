package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;
import java.util.OptionalInt;

/** From which record on a defect counts as risen (Lifecycle §4.23, thesis §5.5). */
final class DefectOnset {
    /** The published rule looks at no record before this one. */
    static final int FIRST_ADMISSIBLE = 2;

    private static final int BASELINE = 3;
    private static final double LEAST_BASELINE = 0.1;
    private static final double RISE = 10;
    private static final double LEAST = 20;
    private static final int ROLLED = 5;
    private static final double RISE_OF_TWO_TASKS = 5;
    private static final double EARLIER_RISE = 3;
    private static final int IN_A_ROW = 3;

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

    /**
     * As published for two tasks: of log₁₀ D the maximum of each record and the four before it; the first one after the first quarter
     * that is more than log₁₀ 5 above the median of that quarter.
     */
    static OptionalInt rollingMaximum(double[] defects) {
        double[] largest = new double[defects.length];
        for (int record = 0; record < defects.length; record++) {
            largest[record] = Double.NEGATIVE_INFINITY;
            for (int before = Math.max(0, record - ROLLED + 1); before <= record; before++) {
                largest[record] = Math.max(largest[record], Math.log10(defects[before]));
            }
        }
        int quarter = Math.max(1, defects.length / 4);
        double baseline = Statistics.median(Arrays.copyOf(largest, Math.min(quarter, defects.length)));
        for (int record = quarter; record < defects.length; record++) {
            if (largest[record] > baseline + Math.log10(RISE_OF_TWO_TASKS)) {
                return OptionalInt.of(record);
            }
        }
        return OptionalInt.empty();
    }

    /** As published earlier for two tasks: the first of three records in a row above three times the median of the first 30 %. */
    static OptionalInt threefold(double[] defects) {
        int first = Math.max(1, defects.length * 3 / 10);
        double threshold = EARLIER_RISE * Statistics.median(Arrays.copyOf(defects, Math.min(first, defects.length)));
        int held = 0;
        for (int record = first; record < defects.length; record++) {
            held = defects[record] > threshold ? held + 1 : 0;
            if (held == IN_A_ROW) {
                return OptionalInt.of(record - IN_A_ROW + 1);
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
