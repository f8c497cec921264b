package dev.spectraledge.analysis.cli;

import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.TrainingSetup;
import java.util.function.IntConsumer;

/** The lanes of a training on a device, opened once it is known what is to be computed, for all of its loops. */
final class OpenedLanes implements AutoCloseable {
    private final RunConfig config;
    private final ComputeDevice device;
    private final IntConsumer told;
    private Workers workers;
    private Lanes lanes;

    /** @param told hears how many threads there are, before anything is computed */
    OpenedLanes(RunConfig config, ComputeDevice device, IntConsumer told) {
        this.config = config;
        this.device = device;
        this.told = told;
    }

    ComputeDevice device() {
        return device;
    }

    Lanes of(TrainingSetup setup) {
        if (lanes == null) {
            int threads = Lanes.workers(setup, config.threads());
            told.accept(threads);
            workers = new Workers(threads);
            lanes = Lanes.on(device.backend(), workers);
        }
        return lanes;
    }

    @Override
    public void close() {
        if (workers != null) {
            workers.close();
        }
    }
}
