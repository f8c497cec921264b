package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.series.CircularShifts;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.stream.IntStream;

/**
 * Whether events of one series come beside those of another, both being large increases, against the first series moved on around
 * its ends by every number of places.
 *
 * @param events of the first series
 * @param others of the second one
 * @param share of the second one's that have one of the first within {@value #AROUND} places
 * @param chance the same of the shifted series, on average
 * @param probability how rarely a shift has as large a share
 */
record EventCoincidence(int events, int others, double share, double chance, double probability) {
    /** Thesis S6: within so many windows. */
    static final int AROUND = 3;

    /** Of two series of one length, by whether anything happens at each place; NaN where nothing does. */
    static EventCoincidence of(boolean[] first, boolean[] second) {
        double[] places = new double[first.length];
        for (int index = 0; index < first.length; index++) {
            places[index] = first[index] ? 1 : 0;
        }
        int events = count(first);
        int others = count(second);
        if (events == 0 || others == 0) {
            return new EventCoincidence(events, others, Double.NaN, Double.NaN, Double.NaN);
        }
        double share = share(places, second);
        Null shifted = CircularShifts.chance(places, moved -> share(moved, second));
        return new EventCoincidence(events, others, share, shifted.mean(), shifted.probability(share));
    }

    /** Where a series increases by more than the mean increase and a standard deviation, and by more than {@code least}. */
    static boolean[] increases(double[] values, double least) {
        double[] steps = new double[values.length - 1];
        for (int index = 0; index < steps.length; index++) {
            steps[index] = values[index + 1] - values[index];
        }
        double level = Math.max(least, Statistics.mean(steps) + Statistics.deviation(steps));
        boolean[] large = new boolean[values.length];
        for (int index = 0; index < steps.length; index++) {
            large[index + 1] = steps[index] > level;
        }
        return large;
    }

    private static double share(double[] events, boolean[] others) {
        return IntStream.range(0, others.length)
                .filter(index -> others[index])
                .mapToDouble(index ->
                        IntStream.rangeClosed(Math.max(0, index - AROUND), Math.min(events.length - 1, index + AROUND))
                                        .anyMatch(near -> events[near] > 0)
                                ? 1
                                : 0)
                .average()
                .orElse(Double.NaN);
    }

    private static int count(boolean[] events) {
        return (int)
                IntStream.range(0, events.length).filter(index -> events[index]).count();
    }
}
