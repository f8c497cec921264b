package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;

/** Three ways in which a series is said to have changed (Spectral Edge Dynamics §6; how is ours, since the paper does not say). */
enum ChangeDetector {
    /**
     * The cumulative sum of what a series deviates from its mean is largest there; an alarm comes where that of one side, less half
     * a deviation for each value, has reached five deviations of the baseline (Page 1954).
     */
    CUSUM(1) {
        @Override
        int place(double[] values) {
            double mean = Statistics.mean(values);
            double sum = 0;
            double largest = -1;
            int place = 0;
            for (int index = 0; index < values.length - 1; index++) {
                sum += values[index] - mean;
                if (Math.abs(sum) > largest) {
                    largest = Math.abs(sum);
                    place = index + 1;
                }
            }
            return place;
        }

        @Override
        OptionalInt alarm(double[] baseline, double[] later) {
            double mean = Statistics.mean(baseline);
            double deviation = Statistics.deviation(baseline);
            double above = 0;
            double below = 0;
            for (int index = 0; index < later.length; index++) {
                double standardised = (later[index] - mean) / deviation;
                above = Math.max(0, above + standardised - ALLOWANCE);
                below = Math.max(0, below - standardised - ALLOWANCE);
                if (Math.max(above, below) > LIMIT) {
                    return OptionalInt.of(index);
                }
            }
            return OptionalInt.empty();
        }
    },
    /**
     * Welch's t of the values before and from there on is largest; an alarm comes where that of the last five values and the
     * baseline has reached the two-sided 0.1 % quantile of the normal distribution.
     */
    T_TEST(2) {
        @Override
        int place(double[] values) {
            double[] sums = new double[values.length + 1];
            double[] squares = new double[values.length + 1];
            double mean = Statistics.mean(values);
            for (int index = 0; index < values.length; index++) {
                double value = values[index] - mean;
                sums[index + 1] = sums[index] + value;
                squares[index + 1] = squares[index] + value * value;
            }
            double largest = -1;
            int place = FEWEST;
            for (int split = FEWEST; split <= values.length - FEWEST; split++) {
                double t = Math.abs(welch(
                        split,
                        sums[split],
                        squares[split],
                        values.length - split,
                        sums[values.length] - sums[split],
                        squares[values.length] - squares[split]));
                if (t > largest) {
                    largest = t;
                    place = split;
                }
            }
            return place;
        }

        @Override
        OptionalInt alarm(double[] baseline, double[] later) {
            double mean = Statistics.mean(baseline);
            double[] known = Arrays.stream(baseline).map(value -> value - mean).toArray();
            double square = Arrays.stream(known).map(value -> value * value).sum();
            for (int end = FEWEST; end <= later.length; end++) {
                double sum = 0;
                double squares = 0;
                for (int index = end - FEWEST; index < end; index++) {
                    double value = later[index] - mean;
                    sum += value;
                    squares += value * value;
                }
                if (Math.abs(welch(known.length, 0, square, FEWEST, sum, squares)) > QUANTILE) {
                    return OptionalInt.of(end - 1);
                }
            }
            return OptionalInt.empty();
        }
    },
    /** The change from one value to the next is largest; an alarm comes where one is beyond five deviations of the baseline's. */
    DERIVATIVE(3) {
        @Override
        int place(double[] values) {
            double[] changes = changes(values);
            int place = 1;
            for (int index = 1; index < changes.length; index++) {
                if (Math.abs(changes[index]) > Math.abs(changes[place - 1])) {
                    place = index + 1;
                }
            }
            return place;
        }

        @Override
        OptionalInt alarm(double[] baseline, double[] later) {
            double[] known = changes(baseline);
            double mean = Statistics.mean(known);
            double limit = LIMIT * Statistics.deviation(known);
            double before = baseline[baseline.length - 1];
            for (int index = 0; index < later.length; index++) {
                if (Math.abs(later[index] - before - mean) > limit) {
                    return OptionalInt.of(index);
                }
                before = later[index];
            }
            return OptionalInt.empty();
        }
    };

    /** Values on either side of a change. */
    static final int FEWEST = 5;

    private static final double ALLOWANCE = 0.5;
    private static final double LIMIT = 5;
    private static final double QUANTILE = 3.2905267314919255;

    private final long stream;

    ChangeDetector(long stream) {
        this.stream = stream;
    }

    /** Number in random streams. */
    long stream() {
        return stream;
    }

    /**
     * Where a series has changed most, whether it has changed or not: the first value after it.
     *
     * @param values at least twice {@value #FEWEST}
     */
    abstract int place(double[] values);

    /**
     * The value at which an alarm comes; empty if none does.
     *
     * @param baseline values of before, at least {@value #FEWEST}
     * @param later those after them
     */
    abstract OptionalInt alarm(double[] baseline, double[] later);

    /** In items of findings. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Of two groups by their numbers, sums and sums of squares. */
    private static double welch(int n, double sum, double squares, int m, double otherSum, double otherSquares) {
        double variance = (squares - sum * sum / n) / (n - 1);
        double otherVariance = (otherSquares - otherSum * otherSum / m) / (m - 1);
        return (otherSum / m - sum / n) / Math.sqrt(variance / n + otherVariance / m);
    }

    private static double[] changes(double[] values) {
        double[] changes = new double[values.length - 1];
        Arrays.setAll(changes, index -> values[index + 1] - values[index]);
        return changes;
    }
}
