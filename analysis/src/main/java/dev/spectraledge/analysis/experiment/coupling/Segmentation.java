package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How publications cut the course of a gap ratio into rise, plateau and collapse (Spectral Edge Dynamics §3, thesis §3.6). */
enum Segmentation {
    /** The plateau is the run of values around the peak that are at least 0.85 of it. */
    PEAK {
        @Override
        Optional<Cut> cut(double[] steps, double[] values) {
            int peak = peak(values);
            int first = peak;
            int last = peak;
            while (first > 0 && values[first - 1] >= OF_PEAK * values[peak]) {
                first--;
            }
            while (last < values.length - 1 && values[last + 1] >= OF_PEAK * values[peak]) {
                last++;
            }
            return Optional.of(new Cut(first, last, values.length - 1));
        }
    },
    /** The plateau begins at the peak and ends where the smoothed series falls by more than 0.01 a window; if it never does, at once. */
    DERIVATIVE {
        @Override
        Optional<Cut> cut(double[] steps, double[] values) {
            int peak = peak(values);
            double[] smooth = Statistics.rollingMean(values, SMOOTHED);
            int last = peak;
            for (int index = values.length - 1; index >= peak; index--) {
                if (gradient(smooth, index) < FALL) {
                    last = index;
                }
            }
            return Optional.of(new Cut(peak, last, values.length - 1));
        }
    },
    /** The plateau reaches from the first to the last value above 1.30. */
    THRESHOLD {
        @Override
        Optional<Cut> cut(double[] steps, double[] values) {
            int first = 0;
            while (first < values.length && values[first] <= LEVEL) {
                first++;
            }
            int last = values.length - 1;
            while (last >= 0 && values[last] <= LEVEL) {
                last--;
            }
            return first > last ? Optional.empty() : Optional.of(new Cut(first, last, values.length - 1));
        }
    },
    /** The shading of a figure: a plateau from step 5,000 to 7,000, whatever the run. */
    FIGURE {
        @Override
        Optional<Cut> cut(double[] steps, double[] values) {
            int first = nearest(steps, FIRST_SHADED);
            int last = nearest(steps, LAST_SHADED);
            boolean reached = steps[0] < FIRST_SHADED && steps[steps.length - 1] > LAST_SHADED;
            return reached ? Optional.of(new Cut(first, last, values.length - 1)) : Optional.empty();
        }
    },
    /**
     * The rise ends at the first fall of the smoothed series in the first half, the collapse begins after its last rise from a
     * third on; changes of less than a hundredth of the series' deviation are none.
     */
    THEORY {
        @Override
        Optional<Cut> cut(double[] steps, double[] values) {
            double[] smooth = Statistics.rollingMean(values, Math.min(SMOOTHED, values.length / 3));
            double tolerance = PART_OF_DEVIATION * Statistics.deviation(values);
            int first = 0;
            while (first < values.length / 2 && smooth[first + 1] - smooth[first] >= -tolerance) {
                first++;
            }
            int last = values.length - 2;
            while (last >= values.length / 3 && smooth[last + 1] - smooth[last] <= tolerance) {
                last--;
            }
            boolean found = first < values.length / 2 && last >= values.length / 3 && first <= last + 1;
            return found ? Optional.of(new Cut(first, last + 1, values.length - 1)) : Optional.empty();
        }
    };

    private static final double OF_PEAK = 0.85;
    private static final int SMOOTHED = 5;
    private static final double FALL = -0.01;
    private static final double LEVEL = 1.30;
    private static final double FIRST_SHADED = 5000;
    private static final double LAST_SHADED = 7000;
    private static final double PART_OF_DEVIATION = 0.01;

    /**
     * Indices into a series; neighbouring segments share a value.
     *
     * @param rise the last of the rise and first of the plateau
     * @param plateau the last of the plateau and first of the collapse
     * @param last of the series
     */
    record Cut(int rise, int plateau, int last) {
        /** Whether there is something before the plateau and something after it. */
        boolean hasThreePhases() {
            return rise > 0 && plateau > rise && plateau < last;
        }

        /** Values of one of the three, in their order. */
        double[] part(int phase, double[] values) {
            int[] bounds = {0, rise, plateau, last};
            return Arrays.copyOfRange(values, bounds[phase], bounds[phase + 1] + 1);
        }
    }

    /**
     * Where a series is cut; empty where the rule finds nothing.
     *
     * @param values at least three, as many as steps
     */
    abstract Optional<Cut> cut(double[] steps, double[] values);

    /** Name in findings. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static int peak(double[] values) {
        int peak = 0;
        for (int index = 1; index < values.length; index++) {
            peak = values[index] > values[peak] ? index : peak;
        }
        return peak;
    }

    /** Central differences, one-sided at the ends, as NumPy has them. */
    private static double gradient(double[] values, int index) {
        int before = Math.max(0, index - 1);
        int after = Math.min(values.length - 1, index + 1);
        return (values[after] - values[before]) / (after - before);
    }

    private static int nearest(double[] steps, double step) {
        int nearest = 0;
        for (int index = 1; index < steps.length; index++) {
            nearest = Math.abs(steps[index] - step) < Math.abs(steps[nearest] - step) ? index : nearest;
        }
        return nearest;
    }
}
