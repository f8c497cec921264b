package dev.spectraledge.trainer.warning;

import java.util.Arrays;

/**
 * A number is above a multiple of its baseline, the median of the first rows but at least a given number, and above a level
 * (Lifecycle §4.23, the onset of the commutator defect).
 */
final class Onset implements Rule {
    private final double multiple;
    private final double least;
    private final double level;
    private final double[] first;
    private long seen;
    private double latest = Double.NaN;
    private double severity = Double.NEGATIVE_INFINITY;

    /**
     * Looks at no row before there is a baseline.
     *
     * @param least of the baseline
     * @param rows whose median the baseline is; the last of them may be the first that is above
     */
    Onset(double multiple, double least, double level, int rows) {
        this.multiple = multiple;
        this.least = least;
        this.level = level;
        first = new double[rows];
    }

    @Override
    public boolean met(long step, double value) {
        latest = value;
        if (seen < first.length) {
            first[(int) seen] = value;
        }
        seen++;
        if (seen == first.length) {
            Arrays.sort(first);
        }
        double unit = seen < first.length ? 0 : Math.max(baseline(), level / multiple);
        severity = unit > 0 ? value / unit : Double.NEGATIVE_INFINITY;
        return severity > multiple;
    }

    private double baseline() {
        return Math.max(least, (first[(first.length - 1) / 2] + first[first.length / 2]) / 2);
    }

    @Override
    public double severity() {
        return severity;
    }

    @Override
    public String comparison() {
        return Comparison.of(latest, ">", multiple, baseline());
    }
}
