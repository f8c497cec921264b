package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.HyperparameterSchedule;
import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.Tensor;
import java.util.List;

/**
 * The table of {@link OptimizerArguments} for one group of parameters: where the backend reads it and counts the steps,
 * and once more on the host, for questions that no device has to answer.
 */
final class Hyperparameters {
    private final Backend backend;
    private final Tensor table;
    private final Tensor onHost;

    private Hyperparameters(OptimizerTarget target) {
        backend = target.backend();
        table = backend.allocate(target.owner(), DType.FLOAT64, target.runs(), OptimizerArguments.HYPERPARAMETERS);
        onHost = Tensor.allocate(target.owner(), DType.FLOAT64, target.runs(), OptimizerArguments.HYPERPARAMETERS);
    }

    /**
     * Fills a table.
     *
     * @param settings one per run
     * @param adam whether the first moment is Adam's; otherwise it is a momentum buffer
     */
    static Hyperparameters of(OptimizerTarget target, List<OptimizerSettings> settings, boolean adam) {
        Hyperparameters result = new Hyperparameters(target);
        for (int run = 0; run < settings.size(); run++) {
            OptimizerSettings own = settings.get(run);
            ScheduleSettings schedule = own.schedule();
            result.set(run, OptimizerArguments.BETA1, adam ? own.beta1() : own.momentum());
            result.set(run, OptimizerArguments.BETA2, own.beta2());
            result.set(run, OptimizerArguments.EPSILON, own.epsilon());
            result.set(run, OptimizerArguments.ACTIVE, 1);
            result.set(run, OptimizerArguments.MAXIMUM_NORM, own.clip());
            result.set(run, OptimizerArguments.BASE_LEARNING_RATE, own.learningRate());
            result.set(run, OptimizerArguments.WARM_UP_STEPS, schedule.warmUpSteps());
            result.set(run, OptimizerArguments.COSINE_END, schedule.cosineEnd());
            result.set(run, OptimizerArguments.LEARNING_RATE_FLOOR, schedule.learningRateFloor());
            result.set(run, OptimizerArguments.INITIAL_WEIGHT_DECAY, own.weightDecay());
            result.set(run, OptimizerArguments.FINAL_WEIGHT_DECAY, schedule.finalWeightDecay());
            result.set(run, OptimizerArguments.WEIGHT_DECAY_CHANGE, schedule.weightDecayChange());
            result.set(run, OptimizerArguments.WEIGHT_DECAY_RAMP, schedule.weightDecayRamp());
        }
        return result;
    }

    /** Leaves out a share of each gradient. */
    void dampen(int run, double share) {
        set(run, OptimizerArguments.DAMPENING, share);
    }

    private void set(int run, int column, double value) {
        table.set(value, run, column);
        onHost.set(value, run, column);
    }

    /** FLOAT64 {@code [S, HYPERPARAMETERS]} of the backend. */
    Tensor table() {
        return table;
    }

    void begin(Tensor squares) {
        backend.beginOptimizerStep(squares, table);
    }

    void resumeFrom(long stepsDone) {
        for (int run = 0; run < table.size(0); run++) {
            set(run, OptimizerArguments.STEP, (double) stepsDone);
        }
    }

    void deactivate(int run) {
        set(run, OptimizerArguments.ACTIVE, 0);
    }

    void changeWeightDecayAfter(int run, long step) {
        set(run, OptimizerArguments.WEIGHT_DECAY_CHANGE, (double) step);
    }

    double learningRate(int run, long step) {
        return HyperparameterSchedule.learningRate(onHost.run(run).segment(), (double) step);
    }

    double decayRate(int run, long step) {
        return learningRate(run, step) * weightDecay(run, step);
    }

    double weightDecay(int run, long step) {
        return HyperparameterSchedule.weightDecay(onHost.run(run).segment(), (double) step);
    }
}
