package dev.spectraledge.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What the backends on the host have in common: their operations are done when the call returns. */
public interface HostBackend extends Backend {
    @Override
    default Tensor allocate(MemoryOwner owner, DType type, long... shape) {
        return Tensor.allocate(owner, type, shape);
    }

    @Override
    default boolean isAsynchronous() {
        return false;
    }

    @Override
    default void synchronize() {}

    @Override
    default Tensor table(PackedSequences sequences) {
        return sequences.table();
    }

    @Override
    default void store(Tensor source, Tensor ring, Tensor counter) {
        OperandChecks.ring("source", source, ring, counter);
        copy(source, ring.run(slot(ring, counter)));
    }

    @Override
    default void load(Tensor ring, Tensor counter, Tensor target) {
        OperandChecks.ring("target", target, ring, counter);
        copy(ring.run(slot(ring, counter)), target);
    }

    private static int slot(Tensor ring, Tensor counter) {
        return (int) Math.floorMod((long) counter.getDouble(0), ring.size(0));
    }

    @Override
    default void increment(Tensor counter) {
        OperandChecks.counter(counter);
        counter.segment().set(ValueLayout.JAVA_DOUBLE, 0, counter.getDouble(0) + 1);
    }

    @Override
    default void beginOptimizerStep(Tensor squares, Tensor scheduled, Tensor hyperparameters) {
        OperandChecks.beginOptimizerStep(squares, scheduled, hyperparameters);
        for (int run = 0; run < squares.size(0); run++) {
            MemorySegment row = hyperparameters.run(run).segment();
            MemorySegment ofStep = scheduled.run(run).segment();
            double square = squares.getDouble(run);
            if (read(row, OptimizerArguments.ACTIVE) == 0) {
                continue;
            }
            if (!Double.isFinite(square)) {
                write(row, OptimizerArguments.ACTIVE, 0);
                continue;
            }
            double maximumNorm = read(row, OptimizerArguments.MAXIMUM_NORM);
            double scale = maximumNorm / (Math.sqrt(square) + OptimizerArguments.NORM_GUARD);
            write(row, OptimizerArguments.STEP, read(ofStep, OptimizerArguments.SCHEDULED_STEP));
            write(row, OptimizerArguments.LEARNING_RATE, read(ofStep, OptimizerArguments.SCHEDULED_LEARNING_RATE));
            write(row, OptimizerArguments.WEIGHT_DECAY, read(ofStep, OptimizerArguments.SCHEDULED_WEIGHT_DECAY));
            double share = 1 - read(row, OptimizerArguments.DAMPENING);
            write(row, OptimizerArguments.GRADIENT_SCALE, share * Math.min(1, scale));
        }
    }

    private static double read(MemorySegment row, int column) {
        return row.getAtIndex(ValueLayout.JAVA_DOUBLE, column);
    }

    private static void write(MemorySegment row, int column, double value) {
        row.setAtIndex(ValueLayout.JAVA_DOUBLE, column, value);
    }

    @Override
    default Replay record(Runnable operations) {
        return new HostReplay(operations);
    }

    @Override
    default HostMirror mirror(MemoryOwner owner, Tensor tensor) {
        return new CopiedMirror(this, owner, tensor);
    }
}
