package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.EvaluationSet;
import java.util.List;

/**
 * One of the places that compute a step at the same time: models with room for their share of each batch, and the gradients
 * that they add to.
 */
interface Lane extends AutoCloseable {
    /**
     * Adds loss and gradient of this lane's share of the next micro-batch to what those before it have left.
     *
     * @param isFirst whether it is the first of a step, which gradients begin with
     */
    void differentiate(boolean isFirst);

    /** Where its gradients are. */
    List<Share> shares();

    /**
     * How this lane evaluates its share.
     *
     * @param sets of all runs
     */
    List<EvaluationShare> evaluation(List<EvaluationSet> sets);

    /** Adds what the derivatives by the logits of a run's last batch are like; only of lanes on the host. */
    void addLogitGradients(int run, LogitGradients gradients);

    @Override
    void close();

    /**
     * The gradient of some runs.
     *
     * @param firstRun of them
     * @param gradient {@code [runs, P]}; where several lanes have shares of the same runs, it is a part of theirs
     */
    record Share(int firstRun, Tensor gradient) {}
}
