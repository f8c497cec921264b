package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.List;

/**
 * What three trainings make of a quantity that differ by nothing that matters, such as a tiny random push: how much it varies by
 * itself, as training is chaotic (ours).
 */
final class UnaffectedTrainings {
    /** So many are compared with. */
    static final int COUNT = 3;

    private final double mean;
    private final double deviation;

    UnaffectedTrainings(List<Double> values) {
        if (values.size() != COUNT) {
            throw new IllegalArgumentException("takes " + COUNT + " trainings, got " + values.size());
        }
        mean = Statistics.mean(values);
        deviation = Statistics.deviation(values) * Math.sqrt(COUNT / (COUNT - 1.0));
    }

    double mean() {
        return mean;
    }

    /** Of one training, unbiased square. */
    double deviation() {
        return deviation;
    }

    /**
     * Probability of a value at least as far from the mean if it, too, were of an unaffected training: Student's t with two
     * degrees of freedom, two-sided, 1 − |t|/√(2 + t²).
     */
    double probability(double value) {
        double t = (value - mean) / (deviation * Math.sqrt(1 + 1.0 / COUNT));
        return 1 - Math.abs(t) / Math.sqrt(2 + t * t);
    }
}
