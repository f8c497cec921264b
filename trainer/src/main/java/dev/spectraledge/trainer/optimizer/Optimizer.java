package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.model.Parameters;
import java.util.Map;

/** Changes the parameters of all runs, each worker its own share of them. */
public interface Optimizer {
    /** Computes what the schedules say of {@code count} steps to come, which those of {@link #begin} take one after another. */
    void stage(long firstStep, int count);

    /**
     * The operations that set what each active run's schedule says of the next step that was staged, and clip its gradient;
     * called once per step, before the workers.
     *
     * @param squares FLOAT64 {@code [S]}: squared norms of the gradients
     */
    void begin(Tensor squares);

    /** Updates the share of one worker. */
    void update(int worker);

    /** Leaves a run as it is from now on. */
    void deactivate(int run);

    /** Says which step is the last one with the initial weight decay, in a run whose schedule waits for that. */
    void changeWeightDecayAfter(int run, long step);

    /** Learning rate of a run in a step. */
    double learningRate(int run, long step);

    /** Weight decay of a run in a step. */
    double weightDecay(int run, long step);

    /**
     * ηω of a run in a step, if the decay part of every parameter of the subset is −ηωθ with these; 0 if none of them decays,
     * and NaN if there is no such factor.
     */
    double decayRate(int run, ParameterSubset subset, long step);

    /** The same for those parameters of a group that decay, whether all of it does or not. */
    double decayRate(int run, ParameterGroup group, long step);

    /** What must be saved to go on bit for bit, named as PyTorch's optimisers name it. */
    Map<String, Parameters> state();
}
