package dev.spectraledge.analysis.offline;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.Optional;

/**
 * The learning rate of each step, as a training, or checkpoints, say it of some of them: between two of these it changes evenly, before
 * the first and after the last it stays.
 */
public final class LearningRates {
    private final double[] steps;
    private final double[] rates;
    private final DoubleSummaryStatistics all;

    /**
     * @param steps ascending, at least one
     * @param rates as many
     */
    public LearningRates(double[] steps, double[] rates) {
        if (steps.length == 0 || steps.length != rates.length) {
            throw new IllegalArgumentException(rates.length + " learning rates of " + steps.length + " steps");
        }
        this.steps = Arrays.copyOf(steps, steps.length);
        this.rates = Arrays.copyOf(rates, rates.length);
        all = Arrays.stream(rates).summaryStatistics();
    }

    /** As checkpoints say them; empty where one does not, or all say the same. */
    static Optional<LearningRates> of(CheckpointProducts products) {
        double[] rates = products.learningRates();
        boolean differ = Arrays.stream(rates).noneMatch(Double::isNaN)
                && Arrays.stream(rates).distinct().count() > 1;
        double[] steps =
                products.steps().stream().mapToDouble(Long::doubleValue).toArray();
        return differ ? Optional.of(new LearningRates(steps, rates)) : Optional.empty();
    }

    /** Ση over the steps after {@code from} up to {@code to}. */
    double sum(long from, long to) {
        if (all.getMin() == all.getMax()) {
            return all.getMin() * (double) (to - from);
        }
        double sum = 0;
        for (long step = from + 1; step <= to; step++) {
            sum += at(step);
        }
        return sum;
    }

    private double at(long step) {
        int index = Arrays.binarySearch(steps, (double) step);
        if (index >= 0) {
            return rates[index];
        }
        int after = -index - 1;
        if (after == 0 || after == steps.length) {
            return rates[Math.max(0, after - 1)];
        }
        double part = (step - steps[after - 1]) / (steps[after] - steps[after - 1]);
        return rates[after - 1] + part * (rates[after] - rates[after - 1]);
    }

    /** The smallest and the largest. */
    @Override
    public String toString() {
        return all.getMin() == all.getMax() ? String.valueOf(all.getMin()) : all.getMin() + " to " + all.getMax();
    }
}
