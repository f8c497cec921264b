package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.OptimizerArguments;

/** One run's row of {@link OptimizerArguments#hyperparameters()}. */
final class Hyperparameters {
    private Hyperparameters() {}

    static double read(long row, int column) {
        return RawMemory.readDouble(row + (long) column * Double.BYTES);
    }

    static boolean isActive(long row) {
        return read(row, OptimizerArguments.ACTIVE) != 0;
    }
}
