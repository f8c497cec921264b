package dev.spectraledge.trainer.training;

import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.LearningRateSchedule;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.config.StepOrEvent;
import dev.spectraledge.trainer.config.TrainingConfig;
import dev.spectraledge.trainer.run.ResumeState;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings with which an earlier run, or runs side by side, go on instead of their own. A number of steps is where they are to
 * end: rules that have ended them earlier, or are known to do so, are lifted. What was trained so far stays as it is
 * described: a cosine that was to end with the run still ends where it was to.
 */
public final class Amendment {
    private static final String STEPS = "training.steps";
    private static final String STOP_ON = "training.stopOn";
    private static final String COSINE_STEPS = "training.cosineSteps";
    private static final String STOP_ACCURACY = "evaluation.stopAccuracy";
    private static final String STOP_PATIENCE = "evaluation.stopPatience";
    private static final String NONE = "null";

    private final Map<String, String> settings;

    /** @param settings values as on the command line, by dotted key */
    public Amendment(Map<String, String> settings) {
        this.settings = Map.copyOf(settings);
    }

    /** Whether everything stays as it is. */
    public boolean isEmpty() {
        return settings.isEmpty();
    }

    /**
     * The configurations of the runs from now on; nothing is written.
     *
     * @param group with one resume state, or none yet
     * @throws UsageException if a value is not allowed, or a run cannot go on in this way
     */
    public List<RunConfig> of(RunGroup group) {
        List<Path> states = group.resumeStates();
        if (states.isEmpty()) {
            return group.runs().stream()
                    .map(run -> resolve(run.config(), settings))
                    .toList();
        }
        try (ResumeState stored = ResumeState.open(states.getFirst())) {
            return group.runs().stream().map(run -> of(run, stored)).toList();
        }
    }

    private RunConfig of(RunDirectory run, ResumeState stored) {
        RunConfig config = run.config();
        if (!settings.containsKey(STEPS) && !settings.containsKey(STOP_ON)) {
            return resolve(config, settings);
        }
        String prefix = TrainedRun.counter(config.training().seed(), "");
        if (!stored.hasCounter(prefix + TrainedRun.STATE)) {
            throw endedBefore(run, stored);
        }
        String state = stored.text(prefix + TrainedRun.STATE);
        if (state.equals(RunState.FAILED.key())) {
            return config;
        }
        EndingRules before = rules(config, prefix, stored);
        boolean ended = state.equals(RunState.DONE.key());
        if (ended && before.lastStep() < stored.step()) {
            throw endedBefore(run, stored);
        }
        RunConfig amended = settings.containsKey(STEPS) ? withSteps(config, before) : resolve(config, settings);
        long last = rules(amended, prefix, stored).lastStep();
        if (last < stored.step() || (!ended && last == stored.step())) {
            throw new UsageException(run.root() + ": " + stored.step()
                    + " steps are done already, the run would have to end after step " + last);
        }
        requireBatches(amended);
        return amended;
    }

    private static UsageException endedBefore(RunDirectory run, ResumeState stored) {
        return new UsageException(run.root() + " ended before step " + stored.step()
                + ", to which the other runs have come: runs side by side cannot be trained further from"
                + " different steps");
    }

    /** A record of batches must last for all steps. */
    private static void requireBatches(RunConfig amended) {
        if (amended.training().batches() != null) {
            try (RunInputs inputs = new RunInputs(List.of(amended))) {
                inputs.batches(inputs.setup());
            }
        }
    }

    private static EndingRules rules(RunConfig config, String prefix, ResumeState stored) {
        EndingRules rules = new EndingRules(config);
        rules.restore(prefix, stored);
        return rules;
    }

    private static RunConfig resolve(RunConfig config, Map<String, String> values) {
        return new ConfigResolver(config).flags(values).resolve();
    }

    private RunConfig withSteps(RunConfig config, EndingRules before) {
        Map<String, String> values = new LinkedHashMap<>(settings);
        TrainingConfig training = config.training();
        boolean cosine = training.learningRateSchedule() == LearningRateSchedule.COSINE;
        if (cosine && training.cosineSteps() == null) {
            values.put(COSINE_STEPS, Long.toString(training.steps()));
        }
        long steps = resolve(config, values).training().steps();
        if (steps == training.steps()) {
            values.remove(COSINE_STEPS);
        }
        if (cosine) {
            requireLearningRate(training, steps);
        }
        boolean stopsOnAccuracy = before.stopAccuracyStep() < steps;
        StepOrEvent stopOn = training.stopOn();
        if (stopsOnAccuracy) {
            values.put(STOP_ACCURACY, NONE);
            values.put(STOP_PATIENCE, NONE);
        }
        boolean isLifted =
                before.stopOnStep() < steps || (stopsOnAccuracy && stopOn != null && waitsForAccuracy(stopOn));
        if (isLifted) {
            values.putIfAbsent(STOP_ON, NONE);
        }
        return resolve(config, values);
    }

    private static boolean waitsForAccuracy(StepOrEvent stopOn) {
        return RunEvents.STOP_ACCURACY.equals(stopOn.event());
    }

    private static void requireLearningRate(TrainingConfig training, long steps) {
        long end = training.cosineSteps() == null ? training.steps() : training.cosineSteps();
        if (steps > training.steps() && steps > end && training.learningRateFloor() == 0) {
            throw new UsageException(STEPS + " cannot become " + steps
                    + ": the learning rate follows a cosine that ends" + " at 0 in step " + end
                    + " (training.learningRateFloor), so that later steps would change nothing");
        }
    }
}
