package dev.spectraledge.analysis.online;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.HostBackend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.BfloatGram;
import dev.spectraledge.kernels.linalg.GroupedGram;
import dev.spectraledge.kernels.linalg.PlacedGram;
import dev.spectraledge.kernels.linalg.UpdateGram;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.training.ObserverFactory;
import java.util.List;

/**
 * How an observer keeps the updates of its window: as they are, or rounded to bfloat16.
 *
 * @param isRounded whether they are rounded
 */
record UpdateStore(boolean isRounded) {
    /** As they are. */
    static final UpdateStore WHOLE = new UpdateStore(false);

    /** Rounded; throws an exception with one line where that is not computed. */
    static UpdateStore rounded(ObserverConfig config, ObserverFactory.Context context) {
        if (!(context.backend() instanceof HostBackend)) {
            throw new UsageException(refusalOnDevices(config));
        }
        if (context.precision() != DType.FLOAT32) {
            throw new UsageException("observers." + config.name() + ".storage=bfloat16 is of runs in single precision;"
                    + " choose storage=float32");
        }
        return new UpdateStore(true);
    }

    /** Why windows are not rounded on a device. */
    static String refusalOnDevices(ObserverConfig config) {
        return "observers." + config.name() + ".storage=bfloat16 is computed on the cpu only; choose device=cpu, or"
                + " storage=float32";
    }

    /** Updates that are taken together. */
    int block(ObserverFactory.Context context) {
        return isRounded ? 1 : context.block();
    }

    /** Numbers that the products of a block leave behind. */
    long results(ObserverFactory.Context context, int runs, int window, List<Long> ends, boolean companion) {
        int workers = context.workers().count();
        if (isRounded) {
            return BfloatGram.results(runs, window, ends.size(), workers);
        }
        GroupedGram.Shape shape = shape(context, runs, window, ends, companion);
        return isPlaced(context, shape) ? PlacedGram.results(shape, workers) : shape.results(workers);
    }

    private GroupedGram.Shape shape(
            ObserverFactory.Context context, int runs, int window, List<Long> ends, boolean companion) {
        return new GroupedGram.Shape(context.precision(), runs, window, ends, companion, block(context));
    }

    /** A device may record what it does with an update, which therefore cannot lie elsewhere each time. */
    private static boolean isPlaced(ObserverFactory.Context context, GroupedGram.Shape shape) {
        return shape.block() == 1 && context.backend() instanceof HostBackend;
    }

    /** @param results where products are left */
    UpdateGram open(
            ObserverFactory.Context context, int runs, int window, List<Long> ends, boolean companion, Tensor results) {
        Backend backend = context.backend();
        Workers workers = context.workers();
        MemoryOwner owner = context.owner();
        if (isRounded) {
            return new BfloatGram((HostBackend) backend, workers, owner, runs, window, ends, results);
        }
        GroupedGram.Shape shape = shape(context, runs, window, ends, companion);
        return isPlaced(context, shape)
                ? new PlacedGram(backend, workers, owner, shape, results)
                : new GroupedGram(backend, workers, owner, shape, results);
    }
}
