package dev.spectraledge.analysis.experiment.dynamics;

import java.util.Arrays;

/**
 * When trainings grok that differ by nothing that matters, such as a tiny random push: as training is chaotic, at quite
 * different steps. A training that does not grok at all comes after all that do. Ours.
 */
final class UnaffectedGrokSteps {
    private final double[] steps;

    /** @param steps NaN of a training that does not grok */
    UnaffectedGrokSteps(double[] steps) {
        if (steps.length == 0) {
            throw new IllegalArgumentException("a rank needs at least one unaffected training");
        }
        this.steps =
                Arrays.stream(steps).map(UnaffectedGrokSteps::orNever).sorted().toArray();
    }

    private static double orNever(double step) {
        return Double.isNaN(step) ? Double.POSITIVE_INFINITY : step;
    }

    /** Probability of a grok step at most as late if it, too, were of an unaffected training: (1 + #{≤})/(1 + n). */
    double earlier(double step) {
        double own = orNever(step);
        return rank(Arrays.stream(steps).filter(other -> other <= own).count());
    }

    /** The same of one at least as late; of a training that does not grok, by how many of the unaffected do not either. */
    double later(double step) {
        double own = orNever(step);
        return rank(Arrays.stream(steps).filter(other -> other >= own).count());
    }

    private double rank(long reaching) {
        return (1.0 + (double) reaching) / (1.0 + steps.length);
    }

    /** NaN if none groks. */
    double earliest() {
        return orNaN(steps[0]);
    }

    /** The middle one, the lower of two; NaN if that does not grok. */
    double median() {
        return orNaN(steps[(steps.length - 1) / 2]);
    }

    /** NaN if one does not grok. */
    double latest() {
        return orNaN(steps[steps.length - 1]);
    }

    private static double orNaN(double step) {
        return Double.isInfinite(step) ? Double.NaN : step;
    }
}
