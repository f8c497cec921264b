package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import dev.spectraledge.trainer.optimizer.Optimizer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.warning.DetectorRule;
import dev.spectraledge.trainer.warning.DetectorTable;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Makes the observers of a training; given by whoever knows what they compute. */
@FunctionalInterface
public interface ObserverFactory {
    UpdateObserver create(ObserverConfig config, Context context);

    /**
     * Further observers that a configuration asks for, which compute with the model and the data of the runs.
     *
     * @param optimizer of the training, once that has begun
     */
    default List<UpdateObserver> probes(
            RunConfig config, TrainingSetup setup, ProbeContexts contexts, Supplier<Optimizer> optimizer) {
        return List.of();
    }

    /** What further observers may use. */
    @FunctionalInterface
    interface ProbeContexts {
        /** Of all parameters, with runs whose tables are {@link dev.spectraledge.trainer.run.RunDirectory#measured}. */
        Context of(DetectorTable table);
    }

    /**
     * What an observer may use.
     *
     * @param precision element type of the updates
     * @param size number of watched parameters
     * @param layout where all parameters lie, of which the watched ones are the first
     * @param decayed on which of them weight decay acts
     * @param decaysInProportion whether the decay part of a step is −ηωθ for all of them, with one factor in each run
     * @param decaysByGroup whether that holds for those of each group that decay, with a factor of its own
     * @param block updates that an observer may take before it forms their results; 1 where observations are replayed
     * @param queued results that may wait for the host
     * @param runs in the order of the run axis
     */
    record Context(
            Backend backend,
            MemoryOwner owner,
            Workers workers,
            DType precision,
            long size,
            ParameterLayout layout,
            DecayedParameters decayed,
            boolean decaysInProportion,
            boolean decaysByGroup,
            int block,
            int queued,
            List<ObservedRun> runs,
            ExistingRows existing) {}

    /**
     * One of the runs that an observer watches.
     *
     * @param table file for its rows, one per window
     * @param events where the observer says what it has seen happen
     * @param detectors that look at these rows
     */
    record ObservedRun(long seed, Path table, RunEvents events, List<DetectorRule> detectors) {}
}
