package dev.spectraledge.trainer.training;

import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.config.EvaluationConfig;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.config.StepOrEvent;
import dev.spectraledge.trainer.run.ResumeState;
import java.util.Map;

/** When a run has grokked and when it ends, as its configuration says and its evaluations show. */
final class EndingRules {
    /** A step that nobody knows yet, which is after all of them. */
    static final long UNKNOWN = RunEvents.UNKNOWN;

    private static final StepOrEvent STOP_ACCURACY = new StepOrEvent(RunEvents.STOP_ACCURACY, 0);
    private static final String GROK = RunEvents.GROK;
    private static final String STOP = "stop";

    private final RunConfig config;
    private final RunEvents events = new RunEvents();
    private final ConsecutiveEvaluations grok;
    /** Null if no accuracy ends the run. */
    private final ConsecutiveEvaluations stop;

    EndingRules(RunConfig config) {
        this.config = config;
        EvaluationConfig evaluation = config.evaluation();
        grok = ConsecutiveEvaluations.grok(evaluation);
        stop = evaluation.stopAccuracy() == null
                ? null
                : new ConsecutiveEvaluations(evaluation.stopAccuracy(), evaluation.stopPatience());
    }

    /** Reports a test accuracy; true if it shows that the run has grokked. */
    boolean shownToHaveGrokked(long step, double accuracy) {
        boolean shown = grok.evaluated(step, accuracy);
        if (shown) {
            events.raise(new RunEvents.Event(GROK, grok.first(), step, "test accuracy " + accuracy));
        }
        return shown;
    }

    /** Reports a test accuracy; true if it shows that the accuracy to stop at is held. */
    boolean shownToHoldStopAccuracy(long step, double accuracy) {
        boolean shown = stop != null && stop.evaluated(step, accuracy);
        if (shown) {
            events.raise(new RunEvents.Event(RunEvents.STOP_ACCURACY, step, step, "test accuracy " + accuracy));
        }
        return shown;
    }

    /** What has happened in the run. */
    RunEvents events() {
        return events;
    }

    /** The step at which the run has grokked, or {@link ConsecutiveEvaluations#NEVER}. */
    long grokStep() {
        return grok.first();
    }

    /** Last step of the run as far as is known now: what happens in the run can bring it nearer. */
    long lastStep() {
        return Math.min(config.training().steps(), Math.min(stopOnStep(), stopAccuracyStep()));
    }

    /** Whether something that has not happened yet can bring the end nearer. */
    boolean mayEndEarlier() {
        boolean stopOnWaits = config.training().stopOn() != null && stopOnStep() == UNKNOWN;
        return stopOnWaits || (stop != null && stopAccuracyStep() == UNKNOWN);
    }

    /** The step at which {@code training.stopOn} ends the run, or {@link #UNKNOWN}. */
    long stopOnStep() {
        return stepOf(config.training().stopOn());
    }

    /** The step at which {@code evaluation.stopAccuracy} ends the run, or {@link #UNKNOWN}. */
    long stopAccuracyStep() {
        return stepOf(stopAccuracyEnd());
    }

    /** Holding the accuracy to stop at ends a run at once, unless it is said when it does. */
    private StepOrEvent stopAccuracyEnd() {
        StepOrEvent stopOn = config.training().stopOn();
        return stopOn != null && RunEvents.STOP_ACCURACY.equals(stopOn.event()) ? stopOn : STOP_ACCURACY;
    }

    /** The number of a step; {@link #UNKNOWN} if it is null or waits for an event. */
    long stepOf(StepOrEvent which) {
        if (which == null) {
            return UNKNOWN;
        }
        if (which.event() == null) {
            return which.steps();
        }
        return events.stepAfter(which.event(), which.steps());
    }

    /** Why a run ends that has done this many steps, for people. */
    String reason(long stepsDone) {
        if (stepsDone >= config.training().steps()) {
            return "all steps done";
        }
        return "stopped on " + (stepsDone >= stopOnStep() ? config.training().stopOn() : stopAccuracyEnd());
    }

    /** @param prefix of the names of this run's counters */
    void save(String prefix, Map<String, String> counters) {
        counters.put(prefix + GROK, grok.state());
        for (String name : config.observedEvents()) {
            if (events.has(name)) {
                counters.put(prefix + name, events.step(name) + " " + events.knownAt(name));
            }
        }
        if (stop != null) {
            counters.put(prefix + STOP, stop.state());
        }
    }

    void restore(String prefix, ResumeState stored) {
        grok.restore(stored.text(prefix + GROK));
        grok.restoreTo(events, GROK);
        if (stop != null) {
            stop.restore(stored.text(prefix + STOP));
            if (stop.met() != ConsecutiveEvaluations.NEVER) {
                events.restore(new RunEvents.Event(RunEvents.STOP_ACCURACY, stop.met(), stop.met(), ""));
            }
        }
        for (String name : config.observedEvents()) {
            if (stored.hasCounter(prefix + name)) {
                String[] steps = stored.text(prefix + name).split(" ", 2);
                events.restore(new RunEvents.Event(name, Long.parseLong(steps[0]), Long.parseLong(steps[1]), ""));
            }
        }
    }
}
