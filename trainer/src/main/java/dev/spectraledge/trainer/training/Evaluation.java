package dev.spectraledge.trainer.training;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Mean loss and share of right answers over all counted targets of a data set, objective by objective.
 *
 * @param losses one per objective
 * @param accuracies one per objective
 */
public record Evaluation(List<Double> losses, List<Double> accuracies) {
    /** From (Σ weight·loss, Σ weight·correct, Σ weight) of each objective. */
    static Evaluation of(double[][] sums) {
        return new Evaluation(
                Arrays.stream(sums).map(sum -> sum[0] / sum[2]).toList(),
                Arrays.stream(sums).map(sum -> sum[1] / sum[2]).toList());
    }

    /** The loss that is trained: the sum over the objectives. */
    public double loss() {
        return losses.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** The accuracy that all objectives reach. */
    public double accuracy() {
        return Collections.min(accuracies);
    }
}
