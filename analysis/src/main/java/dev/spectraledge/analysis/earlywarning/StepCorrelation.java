package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.SplittableRandom;

/**
 * Whether a detector that warns early does so where the event comes early: the rank correlation of warning steps and event
 * steps, against event steps that change places among the runs.
 *
 * @param runs that have both
 * @param correlation Spearman's; NaN with fewer than three runs, or where all steps are equal
 * @param probability one-sided; 1 where there is no correlation to speak of
 */
public record StepCorrelation(int runs, double correlation, double probability) {
    private static final int DRAWS = 2000;
    private static final long SEED = 20_260_402;
    private static final int FEWEST = 3;

    static StepCorrelation of(double[] warnings, double[] events) {
        if (warnings.length < FEWEST) {
            return new StepCorrelation(warnings.length, Double.NaN, 1);
        }
        double[] warningRanks = Statistics.ranks(warnings);
        double[] eventRanks = Statistics.ranks(events);
        double correlation = Statistics.correlation(warningRanks, eventRanks);
        if (Double.isNaN(correlation)) {
            return new StepCorrelation(warnings.length, Double.NaN, 1);
        }
        SplittableRandom random = new SplittableRandom(SEED);
        double[] draws = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            for (int last = eventRanks.length - 1; last > 0; last--) {
                int other = random.nextInt(last + 1);
                double moved = eventRanks[last];
                eventRanks[last] = eventRanks[other];
                eventRanks[other] = moved;
            }
            draws[draw] = Statistics.correlation(warningRanks, eventRanks);
        }
        return new StepCorrelation(warnings.length, correlation, Null.of(draws).probability(correlation));
    }
}
