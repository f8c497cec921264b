package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.optimizer.Optimizer;
import java.util.Map;

/** Trains S models of one shape side by side, in memory. */
public interface ModelTrainer extends AutoCloseable {
    /** Hears of each step in order. */
    @FunctionalInterface
    interface StepListener {
        /** Called when the results of {@code step} are known; {@link ModelTrainer#loss} and the like are those of it. */
        void stepped(long step);
    }

    /** Draws the initial weights of each run from its seed; the alternative is to fill {@link #parameters}. */
    void initialise();

    /** Must be called once the parameters hold what training starts from, before the first step of a new run. */
    void start();

    /** Goes on from a state that was read into {@link #parameters}, {@link #optimizer} and {@link #state}. */
    void resumeFrom(long stepsDone);

    /**
     * Does all steps up to number {@code last}, of every run that is not finished; the model is that of step {@code last}
     * when this returns, and the observers have absorbed all updates up to it.
     *
     * @throws DivergenceException if the loss or the gradient of a run is not finite. The run keeps the weights before that
     *     step; once it is finished, the others can go on with another call, which reports the step for them.
     */
    void advanceTo(long last, StepListener listener);

    /** Steps that are best asked for at once: the caller does not look at anything in between. */
    long longestStretch();

    /** Lets {@link #advanceTo} return before its last step, as soon as it can; called by its listener. */
    default void endStretch() {}

    /** Ends a run whose weights nobody needs any more: it stays as it is. Called when {@link #advanceTo} has returned. */
    void finish(int run);

    /** Steps done and reported. */
    long stepsDone();

    /** Loss and accuracy on the training set, one per run. */
    Evaluation[] evaluateTrain();

    /** Loss and accuracy on the test set, one per run. */
    Evaluation[] evaluateTest();

    /** What the answers to the sources of the test set are worth that each run gives by itself; only where there are sources. */
    Decoding[] decodeTest();

    /** Loss of the last reported step's batch, before the step. */
    double loss(int run);

    /** Global norm of the last reported step's gradient, before clipping. */
    double gradientNorm(int run);

    /** Learning rate of the last reported step. */
    default double learningRate(int run) {
        return optimizer().learningRate(run, stepsDone());
    }

    /** Weight decay of the last reported step. */
    default double weightDecay(int run) {
        return optimizer().weightDecay(run, stepsDone());
    }

    /** ‖θ‖ of each run. */
    double[] parameterNorms();

    /** Time spent in training steps by this object, without what observers do on the host. */
    long stepNanos();

    /** Time that the host spent on updates and their observers. */
    long observerNanos();

    /** θ. */
    Parameters parameters();

    Optimizer optimizer();

    /** What a checkpoint must hold besides parameters, optimiser and observers. */
    Map<String, Tensor> state();

    @Override
    void close();
}
