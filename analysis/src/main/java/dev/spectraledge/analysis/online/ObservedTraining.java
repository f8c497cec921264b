package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.pretrained.PretrainedWeights;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.optimizer.Optimizer;
import dev.spectraledge.trainer.run.ProgressReporter;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.ObserverFactory;
import dev.spectraledge.trainer.training.StopRequest;
import dev.spectraledge.trainer.training.TrainingLoop;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** A run on this machine's processor, from start to end, for programs that bring observers of their own. */
public final class ObservedTraining {
    private ObservedTraining() {}

    /**
     * Trains a new run and says on standard error how it goes.
     *
     * @param own makes those of the configured observers that are not to be the usual ones, by their names
     * @return the run directory
     * @throws UsageException if an observer of one's own is not among the configured ones, or the run's directory is in use
     * @throws dev.spectraledge.trainer.RunException if the run cannot go on
     */
    public static Path run(RunConfig config, Map<String, Function<ObserverFactory.Context, UpdateObserver>> own) {
        requireConfigured(own.keySet().stream().sorted().toList(), config);
        ObserverFactory usual = new SpectralObserverFactory();
        ObserverFactory factory = new ObserverFactory() {
            @Override
            public UpdateObserver create(ObserverConfig observer, Context context) {
                return own.containsKey(observer.name())
                        ? own.get(observer.name()).apply(context)
                        : usual.create(observer, context);
            }

            @Override
            public List<UpdateObserver> probes(
                    RunConfig of, TrainingSetup setup, ProbeContexts contexts, Supplier<Optimizer> optimizer) {
                return usual.probes(of, setup, contexts, optimizer);
            }
        };
        try (RunGroup group = RunGroup.of(RunDirectory.create(config));
                HostWorkers workers = new HostWorkers(config.threads());
                ProgressReporter progress =
                        ProgressReporter.toStandardError(0, config.training().steps())) {
            while (train(group, workers, factory, progress) == RunState.RUNNING) {
                // Goes on after a shift.
            }
            return group.root();
        }
    }

    private static RunState train(
            RunGroup group, HostWorkers workers, ObserverFactory factory, ProgressReporter progress) {
        try (TrainingLoop training = new TrainingLoop(
                group, workers::lanes, factory, new PretrainedWeights(), progress, new StopRequest())) {
            return training.train();
        }
    }

    private static void requireConfigured(List<String> own, RunConfig config) {
        List<String> configured =
                config.observers().stream().map(ObserverConfig::name).toList();
        for (String name : own) {
            if (!configured.contains(name)) {
                throw new UsageException("the configuration has no observer '" + name + "'"
                        + NearestName.hint(name, configured) + " (observers: " + String.join(", ", configured) + ")");
            }
        }
    }

    /** As many as a run keeps busy, known once its data are. */
    private static final class HostWorkers implements AutoCloseable {
        private final int wanted;
        private Workers workers;

        HostWorkers(int wanted) {
            this.wanted = wanted;
        }

        Lanes lanes(TrainingSetup setup) {
            if (workers == null) {
                workers = new Workers(Lanes.workers(setup, wanted));
            }
            return Lanes.on(new CpuBackend(), workers);
        }

        @Override
        public void close() {
            if (workers != null) {
                workers.close();
            }
        }
    }
}
