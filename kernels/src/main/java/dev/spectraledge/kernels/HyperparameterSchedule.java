package dev.spectraledge.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How learning rate and weight decay follow from the number of a step, given a run's row of {@link OptimizerArguments}.
 * {@link Backend#beginOptimizerStep} does this on every backend; this is the formula of those on the host, and of whoever
 * wants to know a step's values without waiting for a device.
 */
public final class HyperparameterSchedule {
    private HyperparameterSchedule() {}

    /**
     * η of step t ≥ 1: base·t/n in the n steps of the warm-up, then base·max(floor, ½(1 + cos πp)) with p = (t − n)/(end −
     * n), at most 1 (Loshchilov and Hutter 2017 without restarts, cut off at the floor).
     *
     * @param row the run's hyperparameters
     */
    public static double learningRate(MemorySegment row, double step) {
        double base = read(row, OptimizerArguments.BASE_LEARNING_RATE);
        double warmUp = read(row, OptimizerArguments.WARM_UP_STEPS);
        if (step < warmUp) {
            return base * (step / warmUp);
        }
        double progress = Math.min(1, (step - warmUp) / (read(row, OptimizerArguments.COSINE_END) - warmUp));
        double cosine = 0.5 * (1 + Math.cos(Math.PI * progress));
        return base * Math.max(read(row, OptimizerArguments.LEARNING_RATE_FLOOR), cosine);
    }

    /**
     * ω of step t ≥ 1: the initial one up to the step of the change, then on a straight line to the final one.
     *
     * @param row the run's hyperparameters
     */
    public static double weightDecay(MemorySegment row, double step) {
        double since = step - read(row, OptimizerArguments.WEIGHT_DECAY_CHANGE);
        double changed =
                since <= 0 ? 0 : Math.min(1, since / Math.max(1, read(row, OptimizerArguments.WEIGHT_DECAY_RAMP)));
        return read(row, OptimizerArguments.INITIAL_WEIGHT_DECAY) * (1 - changed)
                + read(row, OptimizerArguments.FINAL_WEIGHT_DECAY) * changed;
    }

    private static double read(MemorySegment row, int column) {
        return row.getAtIndex(ValueLayout.JAVA_DOUBLE, column);
    }
}
