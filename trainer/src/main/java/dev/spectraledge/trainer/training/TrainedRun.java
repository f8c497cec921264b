package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.config.StepOrEvent;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.run.ResumeState;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.step.Decoding;
import dev.spectraledge.trainer.step.Evaluation;
import dev.spectraledge.trainer.step.LogitGradients;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.warning.DetectorTable;
import dev.spectraledge.trainer.warning.WarningWatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One of the runs that train side by side, as its directory shows it: rows, events, checkpoints and summary, and the rules
 * by which it has grokked and by which it ends.
 */
final class TrainedRun implements AutoCloseable {
    private static final List<String> METRICS = List.of(
            "step",
            "train_loss",
            "train_accuracy",
            "test_loss",
            "test_accuracy",
            "batch_loss",
            "gradient_norm",
            "learning_rate",
            "weight_decay",
            "parameter_norm");
    /**
     * Where whole answers are judged: the shares of their tokens that are right, and the same accuracies of the answers that
     * the model gives by itself.
     */
    private static final List<String> ANSWERS = List.of(
            "train_token_accuracy", "test_token_accuracy", "test_greedy_accuracy", "test_greedy_token_accuracy");

    private static final String CLASS_SUM = "logit_gradient_sum";
    private static final String ZERO_TARGETS = "zero_target_share";

    private static final List<String> TRACE = List.of("step", "loss", "grad_norm");
    /** Name of the counter that is a {@link RunState}. */
    static final String STATE = "state";

    private static final String FINAL_STEP = "final_step";
    private static final String EVENTS = "events";
    private static final String LOSSES = "losses";
    private static final double NANOS = 1e9;

    private final int index;
    private final int runs;
    private final RunDirectory directory;
    private final RunConfig config;
    private final StepTrainer trainer;
    private final RunCheckpoints checkpoints;
    private final CsvTable metrics;
    private final WarningWatch warnings;
    /** Null if steps are not traced. */
    private final CsvTable trace;
    /** Null if steps are not traced. */
    private final WarningWatch stepWarnings;

    private final EventLog log;
    private final SeparateObjectives objectives;
    private final LanguageMeasures measures;
    private final EndingRules rules;
    private final RunEvents events;
    private final LossSpikes spikes;
    /** Lines for people that nobody has seen yet. */
    private final List<String> news = new ArrayList<>();

    private final long begun = System.nanoTime();
    private long firstStep;
    /** Last step with the initial weight decay, once an event has decided that. */
    private long weightDecayChange = EndingRules.UNKNOWN;

    private RunState state = RunState.RUNNING;
    /** The summary of a run that has come to its end while its directory does not say so; else null. */
    private Map<String, Object> ending;
    /** Null if there has been none in this process. */
    private Evaluation latestTest;

    /**
     * @param index of this run on the trainer's run axis
     * @param runs how many there are
     * @param rules whose events the observers of this run raise
     * @param measures of this run's sets
     */
    TrainedRun(
            int index,
            int runs,
            RunDirectory directory,
            Backend backend,
            StepTrainer trainer,
            EndingRules rules,
            LanguageMeasures measures,
            ExistingRows existing) {
        this.index = index;
        this.measures = measures;
        this.runs = runs;
        this.directory = directory;
        this.trainer = trainer;
        config = directory.config();
        checkpoints = new RunCheckpoints(directory, backend, trainer, index);
        objectives = new SeparateObjectives(config.task().objectives(), config.evaluation());
        metrics = new CsvTable(
                directory.metrics(),
                Stream.of(
                                METRICS,
                                objectives.columns(),
                                measures.columns(),
                                config.task().judgesAnswers() ? ANSWERS : List.<String>of(),
                                config.training().logitGradients()
                                        ? List.of(CLASS_SUM, ZERO_TARGETS)
                                        : List.<String>of())
                        .flatMap(List::stream)
                        .toList(),
                existing);
        trace = config.training().trace() ? new CsvTable(directory.trace(), TRACE, existing) : null;
        log = new EventLog(directory.events(), existing);
        this.rules = rules;
        events = rules.events();
        events.listen(this::nextLook, this::raised);
        spikes = new LossSpikes(config.training().precision(), events);
        warnings = new WarningWatch(
                metrics,
                WarningWatch.of(DetectorTable.METRICS, config.detectors()),
                (event, step, detail) -> events.raise(new RunEvents.Event(event, step, step, detail)));
        stepWarnings = trace == null
                ? null
                : new WarningWatch(trace, WarningWatch.of(DetectorTable.TRACE, config.detectors()), events::raise);
    }

    /**
     * The step at which what happens in a step is looked at, wherever the training is interrupted: the end of a stretch, or
     * an earlier step after which something has to be done.
     */
    private long nextLook(long step) {
        long look = step;
        while (look % trainer.longestStretch() != 0
                && !isBusyAt(look)
                && !config.checkpoints().isResumeDue(look)) {
            look++;
        }
        return look;
    }

    private void raised(RunEvents.Event event) {
        log.record(event.step(), event.knownAt(), event.name(), event.detail());
        news.add(String.format(
                Locale.ROOT,
                "%sstep %,d: %s, %s",
                runs == 1 ? "" : directory.root().getFileName() + ", ",
                event.step(),
                event.name().equals(RunEvents.GROK) ? "grokked" : event.name(),
                event.detail()));
    }

    int index() {
        return index;
    }

    long seed() {
        return config.training().seed();
    }

    /** Whether this run still trains: neither has it ended nor failed. */
    boolean isActive() {
        return state == RunState.RUNNING;
    }

    RunDirectory directory() {
        return directory;
    }

    /** The step at which this run has grokked, or {@link ConsecutiveEvaluations#NEVER}. */
    long grokStep() {
        return rules.grokStep();
    }

    boolean hasGrokked() {
        return grokStep() != ConsecutiveEvaluations.NEVER;
    }

    /** Whether the rule by which this run ends is met. */
    boolean isComplete() {
        return trainer.stepsDone() >= lastStep();
    }

    /** As far as is known now: what happens in the run can bring the end nearer. */
    long lastStep() {
        return rules.lastStep();
    }

    /** Whether something that has not happened yet can bring the end nearer. */
    boolean mayEndEarlier() {
        return rules.mayEndEarlier();
    }

    /** What a step leaves: a row, where every step is traced, and a spike. */
    void stepped() {
        spikes.see(trainer.stepsDone(), trainer.loss(index));
        if (trace != null) {
            trace.begin(trainer.stepsDone());
            trace.set(1, trainer.loss(index));
            trace.set(2, trainer.gradientNorm(index));
            trace.commit();
        }
    }

    boolean isEvaluationDue() {
        return isEvaluationDue(trainer.stepsDone());
    }

    private boolean isEvaluationDue(long step) {
        return step == 1 || step % config.evaluation().every() == 0 || step >= lastStep();
    }

    /** Whether anything has to be done after a step to come. */
    boolean isBusyAt(long step) {
        return isEvaluationDue(step) || config.checkpoints().isDue(step);
    }

    /** What has happened since this was asked last, in lines for people. */
    void tellNews(Consumer<String> told) {
        if (!news.isEmpty()) {
            news.forEach(told);
            news.clear();
        }
    }

    /**
     * Takes an evaluation at the present step.
     *
     * @param others of further sets
     * @param decoded null where no answers are judged
     */
    void evaluated(Evaluation train, Evaluation test, List<Evaluation> others, Decoding decoded, double parameterNorm) {
        long step = trainer.stepsDone();
        latestTest = test;
        metrics.begin(step);
        metrics.set(1, train.loss());
        metrics.set(2, train.accuracy());
        metrics.set(3, test.loss());
        metrics.set(4, test.accuracy());
        if (step > 0) {
            metrics.set(5, trainer.loss(index));
            metrics.set(6, trainer.gradientNorm(index));
        }
        metrics.set(7, trainer.learningRate(index));
        metrics.set(8, trainer.weightDecay(index));
        metrics.set(9, parameterNorm);
        objectives.evaluated(step, train, test, metrics, METRICS.size(), events);
        measures.evaluated(test, others, metrics);
        if (decoded != null) {
            int column = METRICS.size() + objectives.columns().size();
            metrics.set(column, train.accuracies().getFirst());
            metrics.set(column + 1, test.accuracies().getFirst());
            metrics.set(column + 2, decoded.accuracy());
            metrics.set(column + 3, decoded.tokenAccuracy());
        }
        if (config.training().logitGradients() && step > 0) {
            LogitGradients gradients = trainer.logitGradients(index);
            metrics.set(metrics.column(CLASS_SUM), gradients.classSum());
            metrics.set(metrics.column(ZERO_TARGETS), gradients.zeroTargets());
        }
        metrics.commit();
        metrics.flush();
        rules.shownToHaveGrokked(step, test.accuracy());
        rules.shownToHoldStopAccuracy(step, test.accuracy());
        changeWeightDecayIfItIsKnownWhen();
    }

    /** Says that from the next step on something is different. */
    void shift(String changes) {
        if (!events.has(RunEvents.TASK_SHIFT)) {
            long step = trainer.stepsDone();
            events.raise(new RunEvents.Event(RunEvents.TASK_SHIFT, step, step, changes));
        }
    }

    /** Applies a pending change of weight decay as soon as the event that it waits for is known. */
    void changeWeightDecayIfItIsKnownWhen() {
        StepOrEvent change = config.training().weightDecayChange();
        boolean waits = change != null && change.event() != null && weightDecayChange == EndingRules.UNKNOWN;
        if (waits && trainer.stepsDone() >= events.knownAt(change.event())) {
            setWeightDecayChange(Math.max(trainer.stepsDone(), rules.stepOf(change)));
            log.record(
                    trainer.stepsDone(),
                    "weight_decay",
                    "changes after step " + weightDecayChange + " (" + change + ") from "
                            + config.training().weightDecay() + " to "
                            + config.training().finalWeightDecay() + " within "
                            + Math.max(1, config.training().weightDecayRamp()) + " steps");
        }
    }

    private void setWeightDecayChange(long step) {
        weightDecayChange = step;
        trainer.optimizer().changeWeightDecayAfter(index, step);
    }

    /** Keeps the present weights where the configuration says so. */
    void keepCheckpointIfDue() {
        checkpoints.keepIfDue();
    }

    /**
     * Ends this run: brings to disk what it leaves. Its directory does not say yet that it is done, because the resume state
     * and whatever others add must be there first: that is said by {@link #conclude}.
     */
    void finish() {
        checkpoints.keepLast();
        log.record(trainer.stepsDone(), "finished", rules.reason(trainer.stepsDone()));
        flush();
        ending = summary();
        directory.writeSummary(RunState.RUNNING, ending);
        state = RunState.DONE;
    }

    /** Whether this run has come to its end and its directory does not say so yet. */
    boolean isToBeConcluded() {
        return ending != null;
    }

    /**
     * Says that this run is done, last of all that is written of it.
     *
     * @param before adds to the directory what else belongs there
     */
    void conclude(EndListener before) {
        boolean isUnchanged = Long.valueOf(trainer.stepsDone()).equals(ending.get(FINAL_STEP));
        before.ended(
                directory,
                RunDirectory.summary(state, ending),
                isUnchanged ? Optional.of(trainer.parameters().runs(index, index + 1)) : Optional.empty());
        close();
        directory.writeSummary(state, ending);
        ending = null;
    }

    /** Ends this run before it was finished, and says why; it is not expected to go on in this group. */
    void fail(Throwable failure) {
        Map<String, Object> summary = summary();
        summary.put(RunDirectory.ERROR, String.valueOf(failure.getMessage()));
        state = RunState.FAILED;
        ending = null;
        try (this) {
            // In the step that was not done.
            log.record(trainer.stepsDone() + 1, "failed", String.valueOf(failure.getMessage()));
        } finally {
            directory.writeSummary(state, summary);
        }
    }

    /** Leaves this run where it is, to be resumed. */
    void pause() {
        directory.writeSummary(RunState.STOPPED, summary());
    }

    private Map<String, Object> summary() {
        long steps = trainer.stepsDone() - firstStep;
        Map<String, Object> summary = new LinkedHashMap<>();
        if (config.evaluation().grokAccuracy() != null) {
            summary.put("grok_step", hasGrokked() ? grokStep() : null);
        }
        objectives.summarise(summary);
        summary.put(FINAL_STEP, trainer.stepsDone());
        config.tokensSeen(trainer.stepsDone()).ifPresent(tokens -> summary.put("tokens_seen", tokens));
        summary.put("test_loss", latestTest == null ? null : latestTest.loss());
        summary.put("test_accuracy", latestTest == null ? null : latestTest.accuracy());
        measures.summarise(latestTest, summary);
        summary.put("parameters", trainer.parameters().layout().size());
        summary.put("runs_in_process", runs);
        summary.put("steps_per_second", steps == 0 ? null : steps * NANOS / trainer.stepNanos());
        summary.put("observer_fraction", steps == 0 ? null : (double) trainer.observerNanos() / trainer.stepNanos());
        summary.put("wall_seconds", (System.nanoTime() - begun) / NANOS);
        return summary;
    }

    /** Brings buffered rows to disk. */
    void flush() {
        metrics.flush();
        if (trace != null) {
            trace.flush();
        }
    }

    /** Adds everything that this run carries from step to step besides tensors. */
    void save(Map<String, String> counters) {
        counters.put(key(STATE), state.key());
        rules.save(key(""), counters);
        objectives.save(key(""), counters);
        counters.put(key(LOSSES), spikes.state());
        counters.put(key(EVENTS), Long.toString(log.size()));
        counters.put(key("weightDecayChange"), Long.toString(weightDecayChange));
    }

    /** Begins to train: the directory says so from now on. */
    void begin() {
        directory.writeSummary(RunState.RUNNING, summaryWithoutFailure());
    }

    /** What the directory says; an earlier failure to bring something to disk counts no longer. */
    private Map<String, Object> summaryWithoutFailure() {
        Map<String, Object> summary = new LinkedHashMap<>(directory.readSummary());
        summary.remove(RunDirectory.ERROR);
        return summary;
    }

    /**
     * Goes on from a stored state, at whose step the trainer already is. A run that had come to its end then goes on if its
     * configuration says by now that it ends later.
     */
    void restore(ResumeState stored) {
        rules.restore(key(""), stored);
        objectives.restore(key(""), stored, events);
        long change = Long.parseLong(stored.text(key("weightDecayChange")));
        if (change != EndingRules.UNKNOWN) {
            setWeightDecayChange(change);
        }
        if (stored.hasCounter(key(LOSSES))) {
            spikes.restore(stored.text(key(LOSSES)));
        }
        firstStep = trainer.stepsDone();
        metrics.rewindTo(firstStep);
        warnings.rewound();
        if (trace != null) {
            trace.rewindTo(firstStep);
            stepWarnings.rewound();
        }
        String storedState = stored.text(key(STATE));
        boolean failed = storedState.equals(RunState.FAILED.key());
        rewindEvents(stored, failed);
        if (failed) {
            close();
            state = RunState.FAILED;
            directory.writeSummary(state, directory.readSummary());
        } else if (storedState.equals(RunState.DONE.key()) && isComplete()) {
            state = RunState.DONE;
            ending = summaryWithoutFailure();
        }
    }

    private void rewindEvents(ResumeState stored, boolean failed) {
        if (stored.hasCounter(key(EVENTS))) {
            log.rewindToSize(stored.counter(key(EVENTS)));
        } else {
            // A state of an earlier version; a failure is an event of the step after the last one.
            log.rewindTo(failed ? firstStep + 1 : firstStep);
        }
    }

    private String key(String counter) {
        return counter(seed(), counter);
    }

    /** Name of what a resume state holds of one of the runs. */
    static String counter(long seed, String name) {
        return "seed" + seed + "." + name;
    }

    @Override
    public void close() {
        try (metrics;
                trace) {
            log.close();
        }
    }
}
