package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.EdgeGauge;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.config.EvaluationConfig;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.model.CausalTransformer;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.run.ProgressReporter;
import dev.spectraledge.trainer.run.ResumeState;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunState;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One run from its configuration to its finished directory: trains, evaluates, detects grokking, keeps checkpoints and
 * can go on after being killed at any moment, bit for bit.
 */
public final class TrainingRun implements AutoCloseable {
    private static final List<String> METRICS = List.of(
            "step",
            "train_loss",
            "train_accuracy",
            "test_loss",
            "test_accuracy",
            "batch_loss",
            "gradient_norm",
            "learning_rate",
            "parameter_norm");
    private static final List<String> TRACE = List.of("step", "loss", "grad_norm");
    private static final String GROK = "grok";
    private static final String STOP = "stop";
    private static final double NANOS = 1e9;

    private final RunConfig config;
    private final RunDirectory directory;
    private final ProgressReporter progress;
    private final StopRequest stopRequest;
    private final Trainer trainer;
    private final Map<String, UpdateObserver> observers = new LinkedHashMap<>();
    private final MemoryOwner observerMemory = MemoryOwner.open("observers");
    private final RunCheckpoints checkpoints;
    private final CsvTable metrics;
    private final CsvTable trace;
    private final EventLog events;
    private final ConsecutiveEvaluations grok;
    private final ConsecutiveEvaluations stop;
    private final long begun = System.nanoTime();
    private final long firstStep;
    private final boolean resumed;

    /**
     * Prepares a new run, or one that goes on where its resume state was written.
     *
     * @param directory open for writing
     * @param stopRequest looked at before each step
     */
    public TrainingRun(
            RunDirectory directory,
            Backend backend,
            Workers workers,
            ObserverFactory factory,
            ProgressReporter progress,
            StopRequest stopRequest) {
        this.directory = directory;
        this.progress = progress;
        this.stopRequest = stopRequest;
        config = directory.config();
        EvaluationConfig evaluation = config.evaluation();
        grok = new ConsecutiveEvaluations(evaluation.grokAccuracy(), evaluation.grokPatience());
        stop = evaluation.stopAccuracy() == null
                ? null
                : new ConsecutiveEvaluations(evaluation.stopAccuracy(), evaluation.stopPatience());
        resumed = Files.exists(directory.resumeState());
        ExistingRows existing = resumed ? ExistingRows.KEEP : ExistingRows.DROP;
        RunInputs inputs = new RunInputs(config);
        SplitData data = inputs.data();
        BatchSource batches = inputs.batches(data);
        TrainingSetup setup = inputs.setup(data);
        makeObservers(factory, backend, workers, setup, existing);
        trainer = new Trainer(backend, workers, setup, batches, List.copyOf(observers.values()));
        checkpoints = new RunCheckpoints(directory, trainer, observers);
        metrics = new CsvTable(directory.metrics(), METRICS, existing);
        trace = config.training().trace() ? new CsvTable(directory.trace(), TRACE, existing) : null;
        events = new EventLog(directory.events(), existing);
        if (resumed) {
            restore();
        } else {
            if (!inputs.loadWeights(trainer.parameters())) {
                trainer.initialise();
            }
            trainer.start();
        }
        firstStep = trainer.stepsDone();
    }

    private void makeObservers(
            ObserverFactory factory, Backend backend, Workers workers, TrainingSetup setup, ExistingRows existing) {
        ParameterLayout layout = CausalTransformer.layout(setup.shape());
        for (ObserverConfig own : config.observers()) {
            observers.put(
                    own.name(),
                    factory.create(
                            own,
                            new ObserverFactory.Context(
                                    backend,
                                    observerMemory,
                                    workers,
                                    setup.precision(),
                                    config.training().seed(),
                                    layout.size(own.subset()),
                                    directory.spectrum(own.name()),
                                    existing)));
        }
    }

    private void restore() {
        try (ResumeState state = ResumeState.open(directory.resumeState())) {
            checkpoints.restore(state);
            grok.restore(state.text(GROK));
            if (stop != null) {
                stop.restore(state.text(STOP));
            }
        }
        progress.expectSteps(lastStep());
        long step = trainer.stepsDone();
        metrics.rewindTo(step);
        events.rewindTo(step);
        if (trace != null) {
            trace.rewindTo(step);
        }
        observers.values().forEach(observer -> observer.rewindTo(step));
    }

    /**
     * Trains to the end, or until it is asked to stop, and writes the summary. The directory of a run that is done then is
     * complete but for its report.
     */
    public RunState train() {
        if (!resumed) {
            evaluate();
            checkpoints.keepIfDue();
            writeResumeState();
        }
        while (!finished()) {
            if (stopRequest.isMade()) {
                writeResumeState();
                directory.writeSummary(RunState.STOPPED, summary());
                return RunState.STOPPED;
            }
            trainer.step();
            afterStep();
        }
        checkpoints.keepLast();
        directory.writeSummary(RunState.DONE, summary());
        return RunState.DONE;
    }

    private void afterStep() {
        long step = trainer.stepsDone();
        if (trace != null) {
            trace.begin(step);
            trace.set(1, trainer.loss(0));
            trace.set(2, trainer.gradientNorm(0));
            trace.commit();
        }
        progress.step(step, trainer.loss(0));
        if (step == 1 || step % config.evaluation().every() == 0 || step >= lastStep()) {
            evaluate();
        }
        boolean last = finished();
        if (last) {
            events.record(step, "finished", finishReason());
        }
        checkpoints.keepIfDue();
        // Last of all: whatever a killed process wrote for this step without it is rewound and written again.
        if (last || step % config.checkpoints().resumeEvery() == 0) {
            writeResumeState();
        }
    }

    private boolean finished() {
        return trainer.stepsDone() >= lastStep() || (stop != null && stop.first() != ConsecutiveEvaluations.NEVER);
    }

    /** As far as is known now: grokking brings the end nearer. */
    private long lastStep() {
        long steps = config.training().steps();
        Long after = config.training().stepsAfterGrok();
        boolean grokked = grok.first() != ConsecutiveEvaluations.NEVER;
        return after != null && grokked ? Math.min(steps, grok.first() + after) : steps;
    }

    private String finishReason() {
        if (trainer.stepsDone() >= config.training().steps()) {
            return "all steps done";
        }
        return stop != null && stop.first() != ConsecutiveEvaluations.NEVER
                ? "stop accuracy held"
                : config.training().stepsAfterGrok() + " steps after grokking";
    }

    private void evaluate() {
        long step = trainer.stepsDone();
        Evaluation train = trainer.evaluateTrain()[0];
        Evaluation test = trainer.evaluateTest()[0];
        metrics.begin(step);
        metrics.set(1, train.loss());
        metrics.set(2, train.accuracy());
        metrics.set(3, test.loss());
        metrics.set(4, test.accuracy());
        if (step == 0) {
            metrics.setMissing(5);
            metrics.setMissing(6);
        } else {
            metrics.set(5, trainer.loss(0));
            metrics.set(6, trainer.gradientNorm(0));
        }
        metrics.set(7, trainer.learningRate(0));
        metrics.set(8, trainer.parameterNorms()[0]);
        metrics.commit();
        metrics.flush();
        progress.evaluation(train.accuracy(), test.loss(), test.accuracy());
        showEdge();
        if (grok.evaluated(step, test.accuracy())) {
            events.record(grok.first(), "grok", "test accuracy " + test.accuracy());
            progress.expectSteps(lastStep());
            progress.message(
                    String.format(Locale.ROOT, "step %,d: grokked, test accuracy %.4f", grok.first(), test.accuracy()));
        }
        if (stop != null && stop.evaluated(step, test.accuracy())) {
            events.record(step, "stop_accuracy", "test accuracy " + test.accuracy());
        }
    }

    /** The first observer that knows the edge speaks for all. */
    private void showEdge() {
        for (UpdateObserver observer : observers.values()) {
            if (observer instanceof EdgeGauge gauge) {
                gauge.latest(0).ifPresent(edge -> progress.spectrum(edge.position(), edge.gapRatio()));
                return;
            }
        }
    }

    private void writeResumeState() {
        metrics.flush();
        if (trace != null) {
            trace.flush();
        }
        observers.values().forEach(UpdateObserver::flush);
        Map<String, String> counters = new LinkedHashMap<>();
        counters.put(GROK, grok.state());
        if (stop != null) {
            counters.put(STOP, stop.state());
        }
        checkpoints.writeResumeState(counters);
    }

    private Map<String, Object> summary() {
        long steps = trainer.stepsDone() - firstStep;
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("grok_step", grok.first() == ConsecutiveEvaluations.NEVER ? null : grok.first());
        summary.put("final_step", trainer.stepsDone());
        summary.put("parameters", trainer.parameters().layout().size());
        summary.put("steps_per_second", steps == 0 ? null : steps * NANOS / trainer.stepNanos());
        summary.put("observer_fraction", steps == 0 ? null : (double) trainer.observerNanos() / trainer.stepNanos());
        summary.put("wall_seconds", (System.nanoTime() - begun) / NANOS);
        return summary;
    }

    /** Records that the run ended before it was finished. */
    public void failed(RuntimeException failure) {
        metrics.flush();
        events.record(trainer.stepsDone(), "failed", String.valueOf(failure.getMessage()));
        Map<String, Object> summary = summary();
        summary.put("error", failure.getMessage());
        directory.writeSummary(RunState.FAILED, summary);
    }

    @Override
    public void close() {
        List<AutoCloseable> parts = new ArrayList<>(List.of(metrics, events));
        if (trace != null) {
            parts.add(trace);
        }
        parts.addAll(observers.values());
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
