package dev.spectraledge.trainer.step;

import dev.spectraledge.trainer.data.ExampleForm;
import java.util.Arrays;
import java.util.List;

/**
 * Mean loss and share of right answers over all counted targets of a data set, objective by objective.
 *
 * @param losses one per objective
 * @param accuracies one per objective
 * @param answerAccuracy share of the sequences all of whose targets are right, each predicted from the right ones before
 *     it; null where sequences answer no source
 */
public record Evaluation(List<Double> losses, List<Double> accuracies, Double answerAccuracy) {
    /** From (Σ weight·loss, Σ weight·correct, Σ weight) of each objective and then of whole answers. */
    public static Evaluation of(ExampleForm form, double[][] sums) {
        double[][] ofObjectives = Arrays.copyOf(sums, form.objectives());
        double[] ofAnswers = sums[sums.length - 1];
        return new Evaluation(
                Arrays.stream(ofObjectives).map(sum -> sum[0] / sum[2]).toList(),
                Arrays.stream(ofObjectives).map(sum -> sum[1] / sum[2]).toList(),
                form.hasSource() ? ofAnswers[1] / ofAnswers[2] : null);
    }

    /** The loss that is trained: the sum over the objectives. */
    public double loss() {
        return losses.stream().mapToDouble(Double::doubleValue).sum();
    }

    /**
     * The accuracy that a run is judged by: that of whole answers, otherwise the one that all objectives reach, NaN if
     * that of any of them is.
     */
    public double accuracy() {
        return answerAccuracy == null
                ? accuracies.stream().reduce(Double.POSITIVE_INFINITY, Math::min)
                : answerAccuracy;
    }
}
