package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.EdgeGauge;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.GradientDirections;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.config.TaskShift;
import dev.spectraledge.trainer.config.TrainingConfig;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import dev.spectraledge.trainer.optimizer.Optimizer;
import dev.spectraledge.trainer.run.ResumeState;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.run.TrainingProgress;
import dev.spectraledge.trainer.step.BatchSource;
import dev.spectraledge.trainer.step.ConfinedGradient;
import dev.spectraledge.trainer.step.Decoding;
import dev.spectraledge.trainer.step.DivergenceException;
import dev.spectraledge.trainer.step.Evaluation;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepIntervention;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingMemory;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.warning.DetectorRule;
import dev.spectraledge.trainer.warning.DetectorTable;
import dev.spectraledge.trainer.warning.WarningWatch;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Trains the runs of a group side by side, from their configurations to their finished directories: steps, evaluates,
 * ends each run when its time has come, and can go on after being killed at any moment, bit for bit. An ordinary run is a
 * group of one.
 *
 * <p>A run that has ended stays on the run axis of the trainer, masked. On the host that costs nothing; on a device the
 * active runs go on without the others, with another loop that begins where this one has ended, once they are no more
 * than half of those on the axis.
 */
public final class TrainingLoop implements AutoCloseable {
    private final RunGroup group;
    private final RunConfig config;
    private final TrainingProgress progress;
    private final StopRequest stopRequest;
    private final MemoryOwner observerMemory = MemoryOwner.open("observers");
    private final List<UpdateObserver> observers = new ArrayList<>();
    /** What has to be closed, the last opened first. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>(List.of(observerMemory));

    /** Of the runs that are on the trainer's axis, in its order. */
    private final List<RunDirectory> directories;

    /** Of the same runs. */
    private final List<EndingRules> rules;

    /** Runs that have left the axis after they had grokked. */
    private final int grokkedBefore;

    private final Optional<TaskShift> shift;
    private final StepTrainer trainer;
    private final TrainingState state;
    private final List<TrainedRun> runs = new ArrayList<>();
    private final boolean resumed;
    private final StepTrainer.StepListener listener = this::stepped;
    private final Consumer<String> message;
    private LongConsumer resumeStateListener = step -> {};
    private EndListener endListener = (run, summary, weights) -> {};

    /** The same of runs whose initial weights, if there are any, are files of PyTorch's names. */
    public TrainingLoop(
            RunGroup group,
            Function<TrainingSetup, Lanes> opener,
            ObserverFactory factory,
            TrainingProgress progress,
            StopRequest stopRequest) {
        this(group, opener, factory, InitialWeights.FILES, progress, stopRequest);
    }

    /**
     * Prepares new runs, or such that go on where their resume state was written.
     *
     * @param group open for writing
     * @param opener tells what computes, once it is known what is to be computed
     * @param weights reads the initial weights of new runs, if they are not drawn
     * @param stopRequest looked at before each step
     */
    public TrainingLoop(
            RunGroup group,
            Function<TrainingSetup, Lanes> opener,
            ObserverFactory factory,
            InitialWeights weights,
            TrainingProgress progress,
            StopRequest stopRequest) {
        this.group = group;
        this.progress = progress;
        message = progress::message;
        this.stopRequest = stopRequest;
        config = group.runs().getFirst().config();
        shift = config.shift();
        resumed = !group.resumeStates().isEmpty();
        directories = resumed ? directoriesOnAxis() : group.runs();
        rules = directories.stream()
                .map(directory -> new EndingRules(directory.config()))
                .toList();
        grokkedBefore = Math.toIntExact(group.runs().stream()
                .filter(directory -> !directories.contains(directory))
                .filter(directory -> directory.readSummary().get("grok_step") != null)
                .count());
        try {
            ExistingRows existing = resumed ? ExistingRows.KEEP : ExistingRows.DROP;
            RunInputs inputs =
                    new RunInputs(directories.stream().map(RunDirectory::config).toList());
            parts.addFirst(inputs);
            // How many lanes there are must not depend on where the runs were interrupted.
            TrainingSetup first = inputs.setup();
            Lanes lanes = opener.apply(first);
            boolean shifted =
                    shift.isPresent() && group.stepsDone() >= shift.get().after();
            TrainingSetup setup = shifted ? inputs.shifted(first) : first;
            BatchSource batches = shifted ? inputs.shiftedBatches(setup) : inputs.batches(setup);
            requireLogitGradientsOnHost(lanes);
            makeObservers(factory, lanes, setup, existing);
            trainer = new StepTrainer(lanes, setup, batches, observers, intervention(lanes, setup));
            parts.addFirst(trainer);
            Backend backend = lanes.backend();
            state = new TrainingState(backend, trainer, observers);
            for (RunDirectory directory : directories) {
                runs.add(new TrainedRun(
                        runs.size(),
                        group.runs().size(),
                        directory,
                        backend,
                        trainer,
                        rules.get(runs.size()),
                        config.task().trainsGpt() ? new LanguageMeasures(setup, runs.size()) : LanguageMeasures.none(),
                        existing));
                parts.addFirst(runs.getLast());
            }
            if (resumed) {
                restore();
            } else {
                inputs.initialise(backend, trainer.parameters(), weights);
                trainer.start();
            }
            runs.stream().filter(TrainedRun::isActive).forEach(TrainedRun::begin);
        } catch (RuntimeException unusable) {
            closeParts(unusable);
            throw unusable;
        }
    }

    private StepIntervention intervention(Lanes lanes, TrainingSetup setup) {
        Integer rank = config.training().attentionGradientRank();
        if (rank == null) {
            return StepIntervention.NONE;
        }
        if (lanes.backend().isAsynchronous()) {
            throw new UsageException(
                    "training.attentionGradientRank confines gradients on the cpu only; choose device=cpu");
        }
        MemoryOwner directions = MemoryOwner.open("directions of gradients");
        parts.addFirst(directions);
        long size = setup.architecture().layout().size(ParameterSubset.ATTENTION);
        return switch (config.training().attentionGradientDirections()) {
            case RANDOM ->
                ConfinedGradient.toRandom(lanes.backend(), directions, setup.precision(), size, rank, setup.seeds());
            case EDGE ->
                ConfinedGradient.toEdge(
                        lanes.backend(),
                        directions,
                        setup.precision(),
                        size,
                        GradientDirections.WINDOW,
                        rank,
                        setup.runs());
        };
    }

    private void requireLogitGradientsOnHost(Lanes lanes) {
        boolean wanted = directories.stream()
                .anyMatch(directory -> directory.config().training().logitGradients());
        if (wanted && lanes.backend().isAsynchronous()) {
            throw new UsageException("training.logitGradients is computed on the cpu only; choose device=cpu");
        }
    }

    private List<RunDirectory> directoriesOnAxis() {
        if (group.isDivisible()) {
            return group.running();
        }
        if (group.hasOwnStates()) {
            return group.runs();
        }
        try (ResumeState stored = ResumeState.open(group.resumeState())) {
            List<Long> seeds = TrainingState.seedsOnAxis(stored);
            return group.runs().stream()
                    .filter(directory ->
                            seeds.contains(directory.config().training().seed()))
                    .toList();
        }
    }

    private void makeObservers(ObserverFactory factory, Lanes lanes, TrainingSetup setup, ExistingRows existing) {
        ParameterLayout layout = setup.architecture().layout();
        for (ObserverConfig own : config.observers()) {
            observers.add(factory.create(
                    own,
                    new ObserverFactory.Context(
                            lanes.backend(),
                            observerMemory,
                            lanes.workers(),
                            setup.precision(),
                            layout.size(own.subset()),
                            layout,
                            decayed(),
                            decaysInProportion(layout, own.subset()),
                            config.training().optimizer().isDecoupled(),
                            own.block(lanes.block(), (double) layout.size(own.subset())),
                            lanes.queued(setup),
                            observed(directory -> directory.spectrum(own.name()), of -> detectors(of, own)),
                            existing)));
            parts.addFirst(observers.getLast());
        }
        ObserverFactory.ProbeContexts contexts = table -> new ObserverFactory.Context(
                lanes.backend(),
                observerMemory,
                lanes.workers(),
                setup.precision(),
                layout.size(),
                layout,
                decayed(),
                false,
                false,
                1,
                lanes.queued(setup),
                observed(directory -> directory.measured(table), own -> WarningWatch.of(table, own.detectors())),
                existing);
        List<UpdateObserver> probes = factory.probes(config, setup, contexts, this::optimizer);
        observers.addAll(probes);
        probes.forEach(parts::addFirst);
    }

    private Optimizer optimizer() {
        return trainer.optimizer();
    }

    private List<ObserverFactory.ObservedRun> observed(
            Function<RunDirectory, Path> table, Function<RunConfig, List<DetectorRule>> detectors) {
        return directories.stream()
                .map(directory -> new ObserverFactory.ObservedRun(
                        directory.config().training().seed(),
                        table.apply(directory),
                        rules.get(directories.indexOf(directory)).events(),
                        detectors.apply(directory.config())))
                .toList();
    }

    private DecayedParameters decayed() {
        return DecayedParameters.of(config.training().decayed());
    }

    private boolean decaysInProportion(ParameterLayout layout, ParameterSubset subset) {
        TrainingConfig training = config.training();
        double factor = decayed().factor(layout, subset);
        return factor == 0 || (factor == 1 && training.optimizer().decaysInProportion(subset));
    }

    private static List<DetectorRule> detectors(RunConfig config, ObserverConfig observer) {
        return Stream.of(DetectorTable.SPECTRUM, DetectorTable.GRADIENTS)
                .filter(table -> config.observer(table).filter(observer::equals).isPresent())
                .flatMap(table -> WarningWatch.of(table, config.detectors()).stream())
                .toList();
    }

    private void restore() {
        List<ResumeState> stored = new ArrayList<>();
        try {
            for (Path file : group.resumeStates()) {
                stored.add(ResumeState.open(file));
            }
            state.restore(stored);
            if (config.training().freshOptimizer() && isShiftAfter(trainer.stepsDone())) {
                state.forget();
            }
            observers.forEach(observer -> observer.rewindTo(trainer.stepsDone()));
            for (TrainedRun run : runs) {
                run.restore(stored.get(Math.min(run.index(), stored.size() - 1)));
                if (!run.isActive()) {
                    leave(run);
                }
            }
        } finally {
            stored.forEach(ResumeState::close);
        }
        showRuns();
    }

    /** Whoever wants to know whenever a resume state was written; the tables hold the rows up to its step then. */
    public void afterEachResumeState(LongConsumer told) {
        resumeStateListener = told;
    }

    /** Whoever adds to the directory of a run that has come to its end. */
    public void beforeEachEnd(EndListener told) {
        endListener = told;
    }

    /** What the training has allocated, on the host. */
    public TrainingMemory memory() {
        return trainer.memory().withWindows(observerMemory.allocatedBytes());
    }

    /** Steps that are done. */
    public long stepsDone() {
        return trainer.stepsDone();
    }

    /**
     * Trains until every run has ended, until it is asked to stop, until most runs have ended, or to a shift.
     *
     * @return DONE, STOPPED, FAILED if the other runs had to go on without one, or RUNNING if the active runs are to go on
     *     with another loop, which has their setup after a shift, or is for fewer runs
     */
    public RunState train() {
        if (!resumed) {
            evaluate();
            finishOrKeepCheckpoints();
            writeResumeState();
        }
        concludeFinished();
        while (isAnyActive()) {
            if (stopRequest.isMade()) {
                writeResumeState();
                runs.stream().filter(TrainedRun::isActive).forEach(TrainedRun::pause);
                return RunState.STOPPED;
            }
            advance();
            if (isAnyActive() && (isMostlyIdle() || isShiftAfter(trainer.stepsDone()))) {
                writeResumeState(activeRuns());
                return RunState.RUNNING;
            }
        }
        return group.runs().stream().anyMatch(run -> run.state() == RunState.FAILED) ? RunState.FAILED : RunState.DONE;
    }

    private boolean isShiftAfter(long step) {
        return shift.isPresent() && shift.get().after() == step;
    }

    private boolean isMostlyIdle() {
        int active = 0;
        for (int i = 0; i < runs.size(); i++) {
            active += runs.get(i).isActive() ? 1 : 0;
        }
        return trainer.computesEndedRuns() && active > 0 && 2 * active <= runs.size();
    }

    /** Indices on the trainer's axis. */
    private int[] activeRuns() {
        return runs.stream()
                .filter(TrainedRun::isActive)
                .mapToInt(TrainedRun::index)
                .toArray();
    }

    /** Trains to the next step after which something has to be done. */
    private void advance() {
        advanceTo(nextBusyStep());
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).isActive()) {
                if (isShiftAfter(trainer.stepsDone())) {
                    runs.get(i).shift(shift.get().description());
                }
                runs.get(i).changeWeightDecayIfItIsKnownWhen();
                runs.get(i).tellNews(message);
            }
        }
        if (isAnyEvaluationDue()) {
            evaluate();
        }
        finishOrKeepCheckpoints();
        // Last of all: whatever a killed process wrote for this step without it is rewound and written again.
        if (isResumeStateDue(trainer.stepsDone()) || !isAnyActive()) {
            writeResumeState();
        }
    }

    /** Without the runs that diverge on the way: the others' weights are those of one step only when all have got there. */
    private void advanceTo(long last) {
        while (isAnyActive()) {
            try {
                trainer.advanceTo(last, listener);
                return;
            } catch (DivergenceException divergence) {
                if (runs.size() == 1) {
                    throw divergence;
                }
                goOnWithout(runs.get(divergence.run()), divergence);
            }
        }
    }

    /** Comes after the resume state, which tells a process that goes on after a kill before this that the run has ended. */
    private void concludeFinished() {
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).isToBeConcluded()) {
                runs.get(i).conclude(endListener);
            }
        }
    }

    private long nextBusyStep() {
        // At steps that do not depend on where the training was interrupted.
        long last = (trainer.stepsDone() / trainer.longestStretch() + 1) * trainer.longestStretch();
        long step = trainer.stepsDone() + 1;
        while (step < last && !isResumeStateDue(step) && !isShiftAfter(step) && !isAnyRunBusyAt(step)) {
            step++;
        }
        return step;
    }

    private boolean isResumeStateDue(long step) {
        return config.checkpoints().isResumeDue(step);
    }

    private boolean isAnyRunBusyAt(long step) {
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).isActive() && runs.get(i).isBusyAt(step)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAnyEvaluationDue() {
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).isActive() && runs.get(i).isEvaluationDue()) {
                return true;
            }
        }
        return false;
    }

    private void stepped(long step) {
        double loss = 0;
        int active = 0;
        for (int i = 0; i < runs.size(); i++) {
            TrainedRun run = runs.get(i);
            if (run.isActive()) {
                run.stepped();
                loss += trainer.loss(i);
                active++;
            }
        }
        progress.step(step, loss / active);
        if (stopRequest.isMade()) {
            trainer.endStretch();
        }
    }

    private void finishOrKeepCheckpoints() {
        for (int i = 0; i < runs.size(); i++) {
            TrainedRun run = runs.get(i);
            if (run.isActive() && run.isComplete()) {
                leave(run);
                run.finish();
                if (group.isDivisible()) {
                    writeResumeState(new int[] {run.index()});
                }
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
        List<Evaluation[]> others = trainer.evaluateOthers();
        Decoding[] decoded = config.task().judgesAnswers() ? trainer.decodeTest() : null;
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
                run.evaluated(
                        train[index],
                        test[index],
                        others.stream().map(set -> set[index]).toList(),
                        decoded == null ? null : decoded[index],
                        norms[index]);
                run.tellNews(message);
                progress.evaluated(run.directory(), test[index].loss(), test[index].accuracy(), run.grokStep());
            }
        }
        // Whoever watches the files sees what was observed up to here beside the evaluation.
        observers.forEach(UpdateObserver::flush);
        progress.evaluation(trainAccuracy / active, testLoss / active, testAccuracy / active);
        showEdge();
        showRuns();
    }

    /** Of a single run, the first observer of updates that knows the edge speaks for all. */
    private void showEdge() {
        for (UpdateObserver observer : observers) {
            if (runs.size() == 1 && observer.observed() == Observed.UPDATES && observer instanceof EdgeGauge gauge) {
                gauge.latest(0).ifPresent(edge -> progress.spectrum(edge.position(), edge.gapRatio()));
                return;
            }
        }
    }

    private void showRuns() {
        progress.expectSteps(
                runs.stream()
                        .filter(TrainedRun::isActive)
                        .mapToLong(TrainedRun::lastStep)
                        .max()
                        .orElse(trainer.stepsDone()),
                runs.stream().filter(TrainedRun::isActive).anyMatch(TrainedRun::mayEndEarlier));
        if (group.runs().size() > 1) {
            int left = group.runs().size() - runs.size();
            progress.runs(
                    group.runs().size(),
                    config.evaluation().grokAccuracy() == null ? -1 : count(TrainedRun::hasGrokked) + grokkedBefore,
                    count(run -> !run.isActive()) + left);
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
        writeResumeState(
                group.isDivisible()
                        ? activeRuns()
                        : runs.stream().mapToInt(TrainedRun::index).toArray());
    }

    /** @param kept indices of the runs that the state is of, one after another on its axis */
    private void writeResumeState(int[] kept) {
        runs.forEach(TrainedRun::flush);
        observers.forEach(UpdateObserver::flush);
        if (group.hasOwnStates()) {
            for (int index : kept) {
                writeResumeState(runs.get(index).directory().resumeState(), new int[] {index});
            }
        } else {
            writeResumeState(group.resumeState(), kept);
        }
        resumeStateListener.accept(trainer.stepsDone());
        concludeFinished();
    }

    private void writeResumeState(Path file, int[] kept) {
        Map<String, String> counters = new LinkedHashMap<>();
        List<Long> seeds = new ArrayList<>();
        for (int index : kept) {
            runs.get(index).save(counters);
            seeds.add(runs.get(index).seed());
        }
        state.write(file, kept, seeds, counters);
    }

    /** Records in all runs whose directories do not say that they have ended that the training cannot go on. */
    public void failed(Throwable failure) {
        for (TrainedRun run : runs) {
            if (run.isActive() || run.isToBeConcluded()) {
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
        RuntimeException failure = closeParts(null);
        if (failure != null) {
            throw failure;
        }
    }

    /** Closes what has been opened, the last first; what fails is added to {@code cause}, or is the cause itself. */
    private RuntimeException closeParts(RuntimeException cause) {
        RuntimeException first = cause;
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
        return first;
    }
}
