package dev.spectraledge.analysis.online;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.HostBackend;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.BfloatGram;
import dev.spectraledge.kernels.linalg.GroupedGram;
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
        return isRounded
                ? BfloatGram.results(runs, window, ends.size(), workers)
                : shape(context, runs, window, ends, companion).results(workers);
    }

    private GroupedGram.Shape shape(
            ObserverFactory.Context context, int runs, int window, List<Long> ends, boolean companion) {
        return new GroupedGram.Shape(context.precision(), runs, window, ends, companion, block(context));
    }

    /** @param results where products are left */
    UpdateGram open(
            ObserverFactory.Context context, int runs, int window, List<Long> ends, boolean companion, Tensor results) {
        return isRounded
                ? new BfloatGram(
                        (HostBackend) context.backend(),
                        context.workers(),
                        context.owner(),
                        runs,
                        window,
                        ends,
                        results)
                : new GroupedGram(
                        context.backend(),
                        context.workers(),
                        context.owner(),
                        shape(context, runs, window, ends, companion),
                        results);
    }
}
