package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Workers;
import java.util.List;

/** {@link Lanes#onDevice}. */
record DeviceLanes(Backend backend, Workers workers) implements Lanes {
    /** Batches that are launched before the host looks at the results of those before them. */
    private static final int STRETCH = 64;

    /** Launched by the calling thread. */
    DeviceLanes(Backend backend) {
        this(backend, new Workers(1));
    }

    @Override
    public boolean computeEndedRuns() {
        return true;
    }

    @Override
    public int ahead(TrainingSetup setup) {
        return Math.max(1, STRETCH / setup.accumulation());
    }

    @Override
    public int block() {
        return 1;
    }

    @Override
    public int shares(TrainingSetup setup) {
        return setup.runs();
    }

    @Override
    public Opened open(StepMemory memory, BatchSource source) {
        DeviceLane lane = new DeviceLane(memory, source, ahead(memory.setup()));
        return new Opened(List.of(lane), lane);
    }
}
