package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.StagedRows;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The table of {@link OptimizerArguments} for one group of parameters, and what the schedules of the runs say of the steps to
 * come, which the host computes and stages for whatever does the steps.
 */
final class Hyperparameters {
    private final Backend backend;
    private final Tensor table;
    private final Schedule[] schedules;
    private final StagedRows scheduled;

    private Hyperparameters(OptimizerTarget target, List<OptimizerSettings> settings) {
        backend = target.backend();
        table = backend.allocate(target.owner(), DType.FLOAT64, target.runs(), OptimizerArguments.HYPERPARAMETERS);
        schedules = settings.stream().map(Schedule::new).toArray(Schedule[]::new);
        scheduled =
                new StagedRows(backend, target.owner(), target.stretch(), target.runs(), OptimizerArguments.SCHEDULED);
    }

    /**
     * Fills a table.
     *
     * @param settings one per run
     * @param adam whether the first moment is Adam's; otherwise it is a momentum buffer
     */
    static Hyperparameters of(OptimizerTarget target, List<OptimizerSettings> settings, boolean adam) {
        Hyperparameters result = new Hyperparameters(target, settings);
        for (int run = 0; run < settings.size(); run++) {
            OptimizerSettings own = settings.get(run);
            result.set(run, OptimizerArguments.BETA1, adam ? own.beta1() : own.momentum());
            result.set(run, OptimizerArguments.BETA2, own.beta2());
            result.set(run, OptimizerArguments.EPSILON, own.epsilon());
            result.set(run, OptimizerArguments.ACTIVE, 1);
            result.set(run, OptimizerArguments.MAXIMUM_NORM, own.clip());
        }
        return result;
    }

    /** Leaves out a share of each gradient. */
    void dampen(int run, double share) {
        set(run, OptimizerArguments.DAMPENING, share);
    }

    private void set(int run, int column, double value) {
        table.set(value, run, column);
    }

    /** FLOAT64 {@code [S, HYPERPARAMETERS]} of the backend. */
    Tensor table() {
        return table;
    }

    void stage(long firstStep, int count) {
        scheduled.begin(firstStep - 1);
        for (int index = 0; index < count; index++) {
            for (int run = 0; run < schedules.length; run++) {
                long step = firstStep + index;
                MemorySegment row = scheduled.row(index).run(run).segment();
                write(row, OptimizerArguments.SCHEDULED_LEARNING_RATE, schedules[run].learningRate(step));
                write(row, OptimizerArguments.SCHEDULED_WEIGHT_DECAY, schedules[run].weightDecay(step));
                write(row, OptimizerArguments.SCHEDULED_STEP, schedules[run].optimizerStep(step));
            }
        }
        scheduled.end(count);
    }

    private static void write(MemorySegment row, int column, double value) {
        row.setAtIndex(ValueLayout.JAVA_DOUBLE, column, value);
    }

    void begin(Tensor squares) {
        scheduled.take();
        backend.beginOptimizerStep(squares, scheduled.taken(), table);
    }

    void deactivate(int run) {
        set(run, OptimizerArguments.ACTIVE, 0);
    }

    /** Of one run. */
    Schedule schedule(int run) {
        return schedules[run];
    }
}
