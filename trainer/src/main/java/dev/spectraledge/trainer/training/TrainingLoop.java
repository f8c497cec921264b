package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.EdgeGauge;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.model.CausalTransformer;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.run.ProgressReporter;
import dev.spectraledge.trainer.run.ResumeState;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Trains the runs of a group side by side, from their configurations to their finished directories: steps, evaluates,
 * ends each run when its time has come, and can go on after being killed at any moment, bit for bit. An ordinary run is a
 * group of one.
 */
public final class TrainingLoop implements AutoCloseable {
    private final RunGroup group;
    private final RunConfig config;
    private final ProgressReporter progress;
    private final StopRequest stopRequest;
    private final MemoryOwner observerMemory = MemoryOwner.open("observers");
    private final List<UpdateObserver> observers = new ArrayList<>();
    private final Trainer trainer;
    private final TrainingState state;
    private final List<TrainedRun> runs = new ArrayList<>();
    private final boolean resumed;

    /**
     * Prepares new runs, or such that go on where their resume state was written.
     *
     * @param group open for writing
     * @param stopRequest looked at before each step
     */
    public TrainingLoop(
            RunGroup group,
            Backend backend,
            Workers workers,
            ObserverFactory factory,
            ProgressReporter progress,
            StopRequest stopRequest) {
        this.group = group;
        this.progress = progress;
        this.stopRequest = stopRequest;
        List<RunDirectory> directories = group.runs();
        config = directories.getFirst().config();
        resumed = Files.exists(group.resumeState());
        ExistingRows existing = resumed ? ExistingRows.KEEP : ExistingRows.DROP;
        RunInputs inputs =
                new RunInputs(directories.stream().map(RunDirectory::config).toList());
        SplitData data = inputs.data();
        BatchSource batches = inputs.batches(data);
        TrainingSetup setup = inputs.setup(data);
        makeObservers(factory, backend, workers, setup, existing);
        trainer = new Trainer(backend, workers, setup, batches, observers);
        state = new TrainingState(trainer, observers);
        for (RunDirectory directory : directories) {
            runs.add(new TrainedRun(runs.size(), directories.size(), directory, trainer, existing));
        }
        if (resumed) {
            restore();
        } else {
            if (!inputs.loadWeights(trainer.parameters())) {
                trainer.initialise();
            }
            trainer.start();
        }
    }

    private void makeObservers(
            ObserverFactory factory, Backend backend, Workers workers, TrainingSetup setup, ExistingRows existing) {
        ParameterLayout layout = CausalTransformer.layout(setup.shape());
        for (ObserverConfig own : config.observers()) {
            observers.add(factory.create(
                    own,
                    new ObserverFactory.Context(
                            backend,
                            observerMemory,
                            workers,
                            setup.precision(),
                            layout.size(own.subset()),
                            group.runs().stream()
                                    .map(directory -> new ObserverFactory.ObservedRun(
                                            directory.config().training().seed(), directory.spectrum(own.name())))
                                    .toList(),
                            existing)));
        }
    }

    private void restore() {
        try (ResumeState stored = ResumeState.open(group.resumeState())) {
            state.restore(stored);
            observers.forEach(observer -> observer.rewindTo(trainer.stepsDone()));
            for (TrainedRun run : runs) {
                run.restore(stored);
                if (!run.isActive()) {
                    leave(run);
                }
            }
        }
        showRuns();
    }

    /**
     * Trains until every run has ended, or until it is asked to stop.
     *
     * @return DONE, STOPPED, or FAILED if the other runs had to go on without one
     */
    public RunState train() {
        if (!resumed) {
            evaluate();
            finishOrKeepCheckpoints();
            writeResumeState();
        }
        while (isAnyActive()) {
            if (stopRequest.isMade()) {
                writeResumeState();
                runs.stream().filter(TrainedRun::isActive).forEach(TrainedRun::pause);
                return RunState.STOPPED;
            }
            step();
        }
        return runs.stream().anyMatch(TrainedRun::hasFailed) ? RunState.FAILED : RunState.DONE;
    }

    private void step() {
        try {
            trainer.step();
        } catch (DivergenceException divergence) {
            if (runs.size() == 1) {
                throw divergence;
            }
            goOnWithout(runs.get(divergence.run()), divergence);
            return;
        }
        double loss = 0;
        int active = 0;
        boolean evaluationDue = false;
        for (int i = 0; i < runs.size(); i++) {
            TrainedRun run = runs.get(i);
            if (run.isActive()) {
                run.traceStep();
                loss += trainer.loss(i);
                active++;
                evaluationDue |= run.isEvaluationDue();
            }
        }
        long step = trainer.stepsDone();
        progress.step(step, loss / active);
        if (evaluationDue) {
            evaluate();
        }
        finishOrKeepCheckpoints();
        // Last of all: whatever a killed process wrote for this step without it is rewound and written again.
        if (step % config.checkpoints().resumeEvery() == 0 || !isAnyActive()) {
            writeResumeState();
        }
    }

    private void finishOrKeepCheckpoints() {
        for (int i = 0; i < runs.size(); i++) {
            TrainedRun run = runs.get(i);
            if (run.isActive() && run.isComplete()) {
                leave(run);
                run.finish();
                showRuns();
            } else if (run.isActive()) {
                run.keepCheckpointIfDue();
            }
        }
    }

    private boolean isAnyActive() {
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).isActive()) {
                return true;
            }
        }
        return false;
    }

    private void evaluate() {
        Evaluation[] train = trainer.evaluateTrain();
        Evaluation[] test = trainer.evaluateTest();
        double[] norms = trainer.parameterNorms();
        double trainAccuracy = 0;
        double testLoss = 0;
        double testAccuracy = 0;
        int active = 0;
        for (TrainedRun run : runs) {
            int index = run.index();
            if (run.isActive()) {
                trainAccuracy += train[index].accuracy();
                testLoss += test[index].loss();
                testAccuracy += test[index].accuracy();
                active++;
            }
            if (run.isActive() && run.isEvaluationDue()) {
                run.evaluated(train[index], test[index], norms[index]).ifPresent(progress::message);
            }
        }
        progress.evaluation(trainAccuracy / active, testLoss / active, testAccuracy / active);
        showEdge();
        showRuns();
    }

    /** Of a single run, the first observer that knows the edge speaks for all. */
    private void showEdge() {
        for (UpdateObserver observer : observers) {
            if (runs.size() == 1 && observer instanceof EdgeGauge gauge) {
                gauge.latest(0).ifPresent(edge -> progress.spectrum(edge.position(), edge.gapRatio()));
                return;
            }
        }
    }

    private void showRuns() {
        progress.expectSteps(runs.stream()
                .filter(TrainedRun::isActive)
                .mapToLong(TrainedRun::lastStep)
                .max()
                .orElse(trainer.stepsDone()));
        if (runs.size() > 1) {
            progress.runs(runs.size(), count(TrainedRun::hasGrokked), count(run -> !run.isActive()));
        }
    }

    private int count(Predicate<TrainedRun> which) {
        return Math.toIntExact(runs.stream().filter(which).count());
    }

    private void goOnWithout(TrainedRun run, DivergenceException divergence) {
        progress.message(divergence.getMessage());
        leave(run);
        run.fail(divergence);
        showRuns();
    }

    /** Nothing is computed for a run any more. */
    private void leave(TrainedRun run) {
        observers.forEach(observer -> observer.finish(run.index()));
        trainer.finish(run.index());
    }

    private void writeResumeState() {
        runs.forEach(TrainedRun::flush);
        observers.forEach(UpdateObserver::flush);
        Map<String, String> counters = new LinkedHashMap<>();
        runs.forEach(run -> run.save(counters));
        state.write(group.resumeState(), counters);
    }

    /** Records in all runs that have not ended that the training cannot go on. */
    public void failed(RuntimeException failure) {
        for (TrainedRun run : runs) {
            if (run.isActive()) {
                try {
                    run.fail(failure);
                } catch (RuntimeException second) {
                    failure.addSuppressed(second);
                }
            }
        }
    }

    @Override
    public void close() {
        List<AutoCloseable> parts = new ArrayList<>(runs);
        parts.addAll(observers);
        parts.add(observerMemory);
        parts.add(trainer);
        RuntimeException first = null;
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception failure) {
                RuntimeException unchecked =
                        failure instanceof RuntimeException runtime ? runtime : new IllegalStateException(failure);
                if (first == null) {
                    first = unchecked;
                } else {
                    first.addSuppressed(unchecked);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
