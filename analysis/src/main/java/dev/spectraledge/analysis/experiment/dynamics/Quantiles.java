package dev.spectraledge.analysis.experiment.dynamics;

import java.util.Arrays;

/** Quantiles of a sample, with linear interpolation as NumPy has it. */
final class Quantiles {
    private Quantiles() {}

    static double median(double[] values) {
        return of(values, 0.5);
    }

    /** The value below which a share of the sample lies; NaN of none. */
    static double of(double[] values, double share) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
