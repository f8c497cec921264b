package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.trainer.config.EvaluationConfig;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.config.StepOrEvent;
import dev.spectraledge.trainer.config.TrainingEvent;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.run.ResumeState;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

    private static final List<String> TRACE = List.of("step", "loss", "grad_norm");
    private static final double NANOS = 1e9;
    private static final long UNKNOWN = Long.MAX_VALUE;
    private static final StepOrEvent STOP_ACCURACY = new StepOrEvent(TrainingEvent.STOP_ACCURACY, 0);

    private final int index;
    private final int runs;
    private final RunDirectory directory;
    private final RunConfig config;
    private final ModelTrainer trainer;
    private final RunCheckpoints checkpoints;
    private final CsvTable metrics;
    private final CsvTable trace;
    private final EventLog events;
    private final SeparateObjectives objectives;
    private final ConsecutiveEvaluations grok;
    private final ConsecutiveEvaluations stop;
    private final long begun = System.nanoTime();
    private long firstStep;
    /** Last step with the initial weight decay, once an event has decided that. */
    private long weightDecayChange = UNKNOWN;

    private RunState state = RunState.RUNNING;
    /** Null if there has been none in this process. */
    private Evaluation latestTest;

    /**
     * @param index of this run on the trainer's run axis
     * @param runs how many there are
     */
    TrainedRun(
            int index, int runs, RunDirectory directory, Backend backend, ModelTrainer trainer, ExistingRows existing) {
        this.index = index;
        this.runs = runs;
        this.directory = directory;
        this.trainer = trainer;
        config = directory.config();
        checkpoints = new RunCheckpoints(directory, backend, trainer, index);
        objectives = new SeparateObjectives(config.task().objectives(), config.evaluation());
        metrics = new CsvTable(
                directory.metrics(),
                Stream.of(METRICS, objectives.columns(), config.task().judgesAnswers() ? ANSWERS : List.<String>of())
                        .flatMap(List::stream)
                        .toList(),
                existing);
        trace = config.training().trace() ? new CsvTable(directory.trace(), TRACE, existing) : null;
        events = new EventLog(directory.events(), existing);
        EvaluationConfig evaluation = config.evaluation();
        grok = new ConsecutiveEvaluations(evaluation.grokAccuracy(), evaluation.grokPatience());
        stop = evaluation.stopAccuracy() == null
                ? null
                : new ConsecutiveEvaluations(evaluation.stopAccuracy(), evaluation.stopPatience());
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

    boolean hasFailed() {
        return state == RunState.FAILED;
    }

    RunDirectory directory() {
        return directory;
    }

    /** The step at which this run has grokked, or {@link ConsecutiveEvaluations#NEVER}. */
    long grokStep() {
        return grok.first();
    }

    boolean hasGrokked() {
        return grok.first() != ConsecutiveEvaluations.NEVER;
    }

    /** Whether the rule by which this run ends is met. */
    boolean isComplete() {
        return trainer.stepsDone() >= lastStep();
    }

    /** As far as is known now: what happens in the run can bring the end nearer. */
    long lastStep() {
        return Math.min(
                config.training().steps(), Math.min(stepOf(config.training().stopOn()), stepOf(ending())));
    }

    /** Whether something that has not happened yet can bring the end nearer. */
    boolean mayEndEarlier() {
        StepOrEvent stopOn = config.training().stopOn();
        return (stopOn != null && stepOf(stopOn) == UNKNOWN) || (stop != null && stepOf(ending()) == UNKNOWN);
    }

    /** Holding the accuracy to stop at ends a run at once, unless it is said when it does. */
    private StepOrEvent ending() {
        StepOrEvent stopOn = config.training().stopOn();
        return stopOn != null && stopOn.event() == TrainingEvent.STOP_ACCURACY ? stopOn : STOP_ACCURACY;
    }

    /** The number of a step; {@link #UNKNOWN}, which is after all of them, if it is null or if nobody knows yet. */
    private long stepOf(StepOrEvent which) {
        if (which == null) {
            return UNKNOWN;
        }
        if (which.event() == null) {
            return which.steps();
        }
        long happened = switch (which.event()) {
            case GROK -> grok.first();
            case STOP_ACCURACY -> stop == null ? ConsecutiveEvaluations.NEVER : stop.met();
        };
        return happened == ConsecutiveEvaluations.NEVER ? UNKNOWN : happened + which.steps();
    }

    /** The row that a step leaves, where every step is traced. */
    void traceStep() {
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

    /**
     * Takes an evaluation at the present step; a line for people if it shows that this run has grokked.
     *
     * @param decoded null where no answers are judged
     */
    Optional<String> evaluated(Evaluation train, Evaluation test, Decoding decoded, double parameterNorm) {
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
        if (decoded != null) {
            int column = METRICS.size() + objectives.columns().size();
            metrics.set(column, train.accuracies().getFirst());
            metrics.set(column + 1, test.accuracies().getFirst());
            metrics.set(column + 2, decoded.accuracy());
            metrics.set(column + 3, decoded.tokenAccuracy());
        }
        metrics.commit();
        metrics.flush();
        Optional<String> line = Optional.empty();
        if (grok.evaluated(step, test.accuracy())) {
            events.record(grok.first(), TrainingEvent.GROK.key(), "test accuracy " + test.accuracy());
            line = Optional.of(String.format(
                    Locale.ROOT,
                    "%sstep %,d: grokked, test accuracy %.4f",
                    runs == 1 ? "" : directory.root().getFileName() + ", ",
                    grok.first(),
                    test.accuracy()));
        }
        if (stop != null && stop.evaluated(step, test.accuracy())) {
            events.record(step, TrainingEvent.STOP_ACCURACY.key(), "test accuracy " + test.accuracy());
        }
        changeWeightDecayIfItIsKnownWhen();
        return line;
    }

    /** A change after an event that lies back far enough comes now. */
    private void changeWeightDecayIfItIsKnownWhen() {
        StepOrEvent change = config.training().weightDecayChange();
        boolean waits = change != null && change.event() != null && weightDecayChange == UNKNOWN;
        if (waits && stepOf(change) != UNKNOWN) {
            setWeightDecayChange(Math.max(trainer.stepsDone(), stepOf(change)));
            events.record(
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

    /** Ends this run: its directory is complete then, but for the report. */
    void finish() {
        events.record(trainer.stepsDone(), "finished", finishReason());
        checkpoints.keepIfDue();
        checkpoints.keepLast();
        end(RunState.DONE, summary());
    }

    private String finishReason() {
        if (trainer.stepsDone() >= config.training().steps()) {
            return "all steps done";
        }
        StepOrEvent stopOn = config.training().stopOn();
        return "stopped on " + (trainer.stepsDone() >= stepOf(stopOn) ? stopOn : ending());
    }

    /** Ends this run before it was finished, and says why; it is not expected to go on in this group. */
    void fail(RuntimeException failure) {
        // In the step that was not done: if the steps before it are done again, so is this row.
        events.record(trainer.stepsDone() + 1, "failed", String.valueOf(failure.getMessage()));
        Map<String, Object> summary = summary();
        summary.put(RunDirectory.ERROR, failure.getMessage());
        end(RunState.FAILED, summary);
    }

    private void end(RunState ended, Map<String, ?> summary) {
        close();
        state = ended;
        directory.writeSummary(ended, summary);
    }

    /** Leaves this run where it is, to be resumed. */
    void pause() {
        directory.writeSummary(RunState.STOPPED, summary());
    }

    private Map<String, Object> summary() {
        long steps = trainer.stepsDone() - firstStep;
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("grok_step", hasGrokked() ? grok.first() : null);
        objectives.summarise(summary);
        summary.put("final_step", trainer.stepsDone());
        summary.put("test_loss", latestTest == null ? null : latestTest.loss());
        summary.put("test_accuracy", latestTest == null ? null : latestTest.accuracy());
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
        counters.put(key("state"), state.key());
        counters.put(key("grok"), grok.state());
        objectives.save(key(""), counters);
        if (stop != null) {
            counters.put(key("stop"), stop.state());
        }
        counters.put(key("weightDecayChange"), Long.toString(weightDecayChange));
    }

    /** Goes on from a stored state, at whose step the trainer already is. */
    void restore(ResumeState stored) {
        grok.restore(stored.text(key("grok")));
        objectives.restore(key(""), stored);
        if (stop != null) {
            stop.restore(stored.text(key("stop")));
        }
        long change = Long.parseLong(stored.text(key("weightDecayChange")));
        if (change != UNKNOWN) {
            setWeightDecayChange(change);
        }
        firstStep = trainer.stepsDone();
        metrics.rewindTo(firstStep);
        // A failure is an event of the step after the last one.
        boolean failed = stored.text(key("state")).equals(RunState.FAILED.key());
        events.rewindTo(failed ? firstStep + 1 : firstStep);
        if (trace != null) {
            trace.rewindTo(firstStep);
        }
        if (!stored.text(key("state")).equals(RunState.RUNNING.key())) {
            end(failed ? RunState.FAILED : RunState.DONE, directory.readSummary());
        }
    }

    private String key(String counter) {
        return "seed" + seed() + "." + counter;
    }

    @Override
    public void close() {
        try (metrics;
                trace) {
            events.close();
        }
    }
}
