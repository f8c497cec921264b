package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Whether a detector that warns early does so where the event comes early: the rank correlation of warning steps and event
 * steps, against event steps that change places among the runs of a task. Ranks are those among the runs of a task, so that
 * tasks which take different times are no reason for a correlation.
 *
 * @param runs that have both
 * @param correlation Spearman's; NaN with fewer than three runs, or where all steps are equal
 * @param probability one-sided; 1 where there is no correlation to speak of
 */
public record StepCorrelation(int runs, double correlation, double probability) {
    private static final int DRAWS = 2000;
    private static final long SEED = 20_260_402;
    private static final int FEWEST = 3;

    /**
     * Of runs that were warned of an event that came.
     *
     * @param tasks what each of them learns
     */
    static StepCorrelation of(double[] warnings, double[] events, List<String> tasks) {
        if (warnings.length < FEWEST) {
            return new StepCorrelation(warnings.length, Double.NaN, 1);
        }
        Collection<int[]> groups = groups(tasks);
        double[] warningRanks = ranks(warnings, groups);
        double[] eventRanks = ranks(events, groups);
        double correlation = Statistics.correlation(warningRanks, eventRanks);
        if (Double.isNaN(correlation)) {
            return new StepCorrelation(warnings.length, Double.NaN, 1);
        }
        SplittableRandom random = new SplittableRandom(SEED);
        double[] draws = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            groups.forEach(group -> shuffle(eventRanks, group, random));
            draws[draw] = Statistics.correlation(warningRanks, eventRanks);
        }
        return new StepCorrelation(warnings.length, correlation, Null.of(draws).probability(correlation));
    }

    /** The runs of each task. */
    private static Collection<int[]> groups(List<String> tasks) {
        return IntStream.range(0, tasks.size())
                .boxed()
                .collect(Collectors.groupingBy(
                        tasks::get,
                        TreeMap::new,
                        Collectors.collectingAndThen(
                                Collectors.toList(),
                                runs -> runs.stream()
                                        .mapToInt(Integer::intValue)
                                        .toArray())))
                .values();
    }

    /** Of the runs of each group, from above 0 to below 1. */
    private static double[] ranks(double[] steps, Collection<int[]> groups) {
        double[] ranks = new double[steps.length];
        for (int[] group : groups) {
            double[] own = Statistics.ranks(
                    Arrays.stream(group).mapToDouble(run -> steps[run]).toArray());
            for (int place = 0; place < group.length; place++) {
                ranks[group[place]] = own[place] / (group.length + 1);
            }
        }
        return ranks;
    }

    private static void shuffle(double[] values, int[] places, SplittableRandom random) {
        for (int last = places.length - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            double moved = values[places[last]];
            values[places[last]] = values[places[other]];
            values[places[other]] = moved;
        }
    }
}
