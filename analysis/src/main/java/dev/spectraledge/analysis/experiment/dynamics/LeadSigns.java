package dev.spectraledge.analysis.experiment.dynamics;

import java.util.List;
import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.hipparchus.distribution.discrete.HypergeometricDistribution;

/**
 * In how many runs the defect's onset comes before grokking (thesis §5.4).
 *
 * @param leads runs in which it does
 * @param trails runs in which it comes after; those in which both come at once count on neither side
 */
record LeadSigns(int leads, int trails) {
    private static final double EITHER_WAY = 0.5;

    static LeadSigns of(List<LeadTimeLaw.Point> points) {
        return new LeadSigns(
                (int) points.stream().filter(point -> point.lead() > 0).count(),
                (int) points.stream().filter(point -> point.lead() < 0).count());
    }

    /**
     * The published sign test: the probability of at least so many leads if either order were as likely. It asks nothing of runs
     * that never grok.
     */
    double probability() {
        int runs = leads + trails;
        return runs == 0 ? 1 : 1 - new BinomialDistribution(runs, EITHER_WAY).cumulativeProbability(leads - 1);
    }

    /**
     * What an onset has to do with grokking (ours): Fisher's exact test, one-sided, of as many onsets in time among runs that grok if
     * those that never do had them as often.
     *
     * @param risen how many of the runs that grok had an onset in time
     * @param risenOthers the same of those that never do
     */
    static double association(int risen, int runs, int risenOthers, int others) {
        if (runs == 0 || others == 0) {
            return 1;
        }
        return new HypergeometricDistribution(runs + others, risen + risenOthers, runs)
                .upperCumulativeProbability(risen);
    }
}
