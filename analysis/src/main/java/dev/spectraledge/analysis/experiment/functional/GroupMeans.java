package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.probe.ProbeSplit;

/**
 * The response that each group of inputs has in the mean, learned from some inputs: one-way regression on the groups. A group
 * that was not learned has the mean of all.
 */
final class GroupMeans {
    private final double[][] responses;
    private final ProbeSplit split;
    private final double[] all;
    /** Σ‖response − mean of all‖² over the inputs that are judged on. */
    private final double total;

    /** Responses, one row for each input, and which of them to learn from and which to judge on. */
    GroupMeans(double[][] responses, ProbeSplit split) {
        this.responses = responses;
        this.split = split;
        all = new double[responses[0].length];
        for (int row : split.train()) {
            for (int column = 0; column < all.length; column++) {
                all[column] += responses[row][column] / split.train().length;
            }
        }
        double squares = 0;
        for (int row : split.test()) {
            for (int column = 0; column < all.length; column++) {
                double difference = responses[row][column] - all[column];
                squares += difference * difference;
            }
        }
        total = squares;
    }

    /** Σ‖response − mean‖² on the inputs that were not learned from. */
    double total() {
        return total;
    }

    /**
     * By how much the groups lower Σ‖response − mean‖² on the inputs that were not learned from; negative where they mislead.
     * With all responses less the mean of all, that is Σ_g (2 m_g·s_g − n_g‖m_g‖²) with the mean m_g of those learned from, and
     * the sum s_g and number n_g of those judged on.
     */
    double explained(Grouping groups) {
        return explained(groups, 0);
    }

    /** The same of the groups of the inputs {@code offset} places further on, cyclically: no longer those of these inputs. */
    double explained(Grouping groups, int offset) {
        double[][] learned = new double[groups.count()][all.length];
        double[][] judged = new double[groups.count()][all.length];
        int[] learnedFrom = sums(groups, offset, split.train(), learned);
        int[] judgedOn = sums(groups, offset, split.test(), judged);
        double explained = 0;
        for (int group = 0; group < groups.count(); group++) {
            if (learnedFrom[group] > 0) {
                double product = 0;
                double square = 0;
                for (int column = 0; column < all.length; column++) {
                    double mean = learned[group][column] / learnedFrom[group] - all[column];
                    product += mean * (judged[group][column] - judgedOn[group] * all[column]);
                    square += mean * mean;
                }
                explained += 2 * product - judgedOn[group] * square;
            }
        }
        return explained;
    }

    private int[] sums(Grouping groups, int offset, int[] rows, double[][] sums) {
        int[] counts = new int[sums.length];
        for (int row : rows) {
            double[] response = responses[row];
            int group = groups.at(row, offset);
            double[] sum = sums[group];
            for (int column = 0; column < sum.length; column++) {
                sum[column] += response[column];
            }
            counts[group]++;
        }
        return counts;
    }

    /** What the groups leave of all responses. */
    double[][] residuals(Grouping groups) {
        double[][] means = new double[groups.count()][all.length];
        int[] counts = sums(groups, 0, split.train(), means);
        double[][] residuals = new double[responses.length][all.length];
        for (int row = 0; row < responses.length; row++) {
            int group = groups.numbers()[row];
            for (int column = 0; column < all.length; column++) {
                double mean = counts[group] > 0 ? means[group][column] / counts[group] : all[column];
                residuals[row][column] = responses[row][column] - mean;
            }
        }
        return residuals;
    }
}
