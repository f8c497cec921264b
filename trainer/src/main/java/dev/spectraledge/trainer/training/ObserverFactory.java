package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.io.ExistingRows;
import java.nio.file.Path;

/** Makes the observers of a run; given by whoever knows what they compute. */
@FunctionalInterface
public interface ObserverFactory {
    UpdateObserver create(ObserverConfig config, Context context);

    /**
     * What an observer may use.
     *
     * @param precision element type of the updates
     * @param seed of the run
     * @param size number of watched parameters
     * @param table file for its rows, one per window
     */
    record Context(
            Backend backend,
            MemoryOwner owner,
            Workers workers,
            DType precision,
            long seed,
            long size,
            Path table,
            ExistingRows existing) {}
}
