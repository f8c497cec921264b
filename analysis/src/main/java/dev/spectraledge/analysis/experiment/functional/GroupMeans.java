package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.probe.ProbeSplit;
import java.util.HashMap;
import java.util.Map;

/**
 * The response that each group of inputs has in the mean, learned from some inputs: one-way regression on the groups. A group
 * that was not learned has the mean of all.
 */
final class GroupMeans {
    private final Map<Integer, double[]> means = new HashMap<>();
    private final double[] all;

    /** @param rows to learn from */
    GroupMeans(double[][] responses, Candidate candidate, int[] rows) {
        all = new double[responses[0].length];
        Map<Integer, Integer> counts = new HashMap<>();
        for (int row : rows) {
            int group = candidate.groups()[row];
            double[] sum = means.computeIfAbsent(group, key -> new double[all.length]);
            counts.merge(group, 1, Integer::sum);
            for (int column = 0; column < all.length; column++) {
                sum[column] += responses[row][column];
                all[column] += responses[row][column] / rows.length;
            }
        }
        means.forEach((group, sum) -> {
            for (int column = 0; column < sum.length; column++) {
                sum[column] /= counts.get(group);
            }
        });
    }

    private double[] of(int group) {
        return means.getOrDefault(group, all);
    }

    /** What the groups leave of all responses. */
    double[][] residuals(double[][] responses, Candidate candidate) {
        double[][] residuals = new double[responses.length][];
        for (int row = 0; row < responses.length; row++) {
            double[] mean = of(candidate.groups()[row]);
            residuals[row] = responses[row].clone();
            for (int column = 0; column < mean.length; column++) {
                residuals[row][column] -= mean[column];
            }
        }
        return residuals;
    }

    /** Σ‖response − group's mean‖² over some inputs. */
    private double squares(double[][] responses, Candidate candidate, int[] rows) {
        double sum = 0;
        for (int row : rows) {
            double[] mean = of(candidate.groups()[row]);
            for (int column = 0; column < mean.length; column++) {
                double difference = responses[row][column] - mean[column];
                sum += difference * difference;
            }
        }
        return sum;
    }

    /**
     * By how much the groups lower Σ‖response − mean‖² on the inputs that were not learned from; negative where they mislead.
     */
    static double explained(double[][] responses, Candidate candidate, ProbeSplit split) {
        GroupMeans none = new GroupMeans(responses, new Candidate("", new int[responses.length]), split.train());
        return none.squares(responses, new Candidate("", new int[responses.length]), split.test())
                - new GroupMeans(responses, candidate, split.train()).squares(responses, candidate, split.test());
    }

    /** Σ‖response − mean‖² on the inputs that were not learned from. */
    static double total(double[][] responses, ProbeSplit split) {
        Candidate one = new Candidate("", new int[responses.length]);
        return new GroupMeans(responses, one, split.train()).squares(responses, one, split.test());
    }
}
