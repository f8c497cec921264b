package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;

/**
 * When trainings grok that differ by nothing that matters, such as a tiny random push: as training is chaotic, at quite
 * different steps. A training that does not grok at all comes after all that do. Ours.
 */
final class UnaffectedGrokSteps {
    private final Null steps;

    /** @param steps NaN of a training that does not grok */
    UnaffectedGrokSteps(double[] steps) {
        this.steps =
                Null.of(Arrays.stream(steps).map(UnaffectedGrokSteps::orNever).toArray());
    }

    private static double orNever(double step) {
        return Double.isNaN(step) ? Double.POSITIVE_INFINITY : step;
    }

    /** Probability of a grok step at most as late if it, too, were of an unaffected training. */
    double earlier(double step) {
        return steps.atMost(orNever(step));
    }

    /** The same of one at least as late; of a training that does not grok, by how many of the unaffected do not either. */
    double later(double step) {
        return steps.probability(orNever(step));
    }

    /** NaN if none groks. */
    double earliest() {
        return orNaN(steps.smallest());
    }

    /** The middle one, the lower of two; NaN if that does not grok. */
    double median() {
        return orNaN(Statistics.lowerMedian(steps.draws()));
    }

    /** NaN if one does not grok. */
    double latest() {
        return orNaN(steps.largest());
    }

    private static double orNaN(double step) {
        return Double.isInfinite(step) ? Double.NaN : step;
    }
}
