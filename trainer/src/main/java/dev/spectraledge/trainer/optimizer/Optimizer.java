package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.trainer.model.Parameters;
import java.util.Map;

/** Changes the parameters of all runs, each worker its own slice of them. */
public interface Optimizer {
    /**
     * Sets what changes from step to step; called once per step, before the workers.
     *
     * @param step number of this step, from 1
     * @param gradientScale factor on the gradient of each run, from clipping
     */
    void prepare(long step, double[] gradientScale);

    /** Updates the slice of one worker. */
    void update(int worker);

    /** Leaves a run as it is from now on. */
    void deactivate(int run);

    /** Learning rate of a run at the prepared step. */
    double learningRate(int run);

    /** What must be saved to go on bit for bit, named as PyTorch's optimisers name it. */
    Map<String, Parameters> state();
}
