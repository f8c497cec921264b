package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Workers;
import java.util.List;

/** What steps are computed with: a device is one lane that is launched ahead, a host has a lane for each worker. */
public sealed interface Lanes permits HostLanes, DeviceLanes {
    /**
     * Lanes on the host. A single run's batch is shared out among the workers; of several runs, each is one worker's.
     *
     * @param workers each with single-threaded BLAS; they belong to the caller
     */
    static Lanes onHost(Backend backend, Workers workers) {
        return new HostLanes(backend, workers);
    }

    /** The lane of a device, where launching an operation costs more than doing it: all runs side by side, recorded. */
    static Lanes onDevice(Backend backend) {
        return new DeviceLanes(backend);
    }

    /** The lanes of a backend: of a host, with some workers, or of a device, which needs none of them. */
    static Lanes on(Backend backend, Workers workers) {
        return backend.isAsynchronous() ? onDevice(backend) : onHost(backend, workers);
    }

    /**
     * How many workers lanes are to have: as many as are worth their while on this machine, unless somebody knows better.
     *
     * @param given by whoever does; 0 for nobody
     */
    static int workers(TrainingSetup setup, int given) {
        return given > 0
                ? given
                : HostLanes.usefulWorkers(setup, Runtime.getRuntime().availableProcessors());
    }

    Backend backend();

    /** Who do what is done by slices of the flat vectors. */
    Workers workers();

    /** Whether a run that has ended costs as much as the others. */
    boolean computeEndedRuns();

    /** Steps that are launched before the results of those before them are looked at; 0 where each step's are known at once. */
    int ahead(TrainingSetup setup);

    /** Updates that an observer may take before it forms their results; 1 where observations are replayed. */
    int block();

    /** Results of steps, and of observations, that may wait for the host. */
    default int queued(TrainingSetup setup) {
        return 2 * Math.max(1, ahead(setup));
    }

    /** How many pairs there are of a lane and a run that it computes. */
    int shares(TrainingSetup setup);

    /** Makes the lanes of a training, in memory of its owner. */
    Opened open(StepMemory memory, BatchSource source);

    /**
     * The lanes of a training.
     *
     * @param intake that all of them take their batches from
     */
    record Opened(List<? extends Lane> lanes, BatchIntake intake) {}
}
