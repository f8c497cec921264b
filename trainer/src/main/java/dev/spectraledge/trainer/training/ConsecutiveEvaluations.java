package dev.spectraledge.trainer.training;

import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.config.EvaluationConfig;

/**
 * The first of a number of consecutive evaluations that all reach an accuracy: with a patience of one and 0.95 this is
 * t95, the grok step of the papers (Lifecycle §3.2 lists the other definitions in use).
 */
public final class ConsecutiveEvaluations {
    /** Value of {@link #first} while the rule is not met. */
    public static final long NEVER = -1;

    private final double accuracy;
    private final int patience;
    private int streak;
    private long streakBegin;
    private long first = NEVER;
    private long met = NEVER;

    public ConsecutiveEvaluations(double accuracy, int patience) {
        this.accuracy = accuracy;
        this.patience = patience;
    }

    /** The rule by which a run counts as grokked; one that is never met where there is none. */
    static ConsecutiveEvaluations grok(EvaluationConfig evaluation) {
        return evaluation.grokAccuracy() == null
                ? new ConsecutiveEvaluations(Double.POSITIVE_INFINITY, 1)
                : new ConsecutiveEvaluations(evaluation.grokAccuracy(), evaluation.grokPatience());
    }

    /** Reports one evaluation; true if it is the one that completes the rule. */
    public boolean evaluated(long step, double measured) {
        // Written so that NaN, which is neither less nor more than anything, reaches no accuracy.
        if (!(measured >= accuracy)) {
            streak = 0;
            return false;
        }
        if (streak == 0) {
            streakBegin = step;
        }
        streak++;
        if (first == NEVER && streak >= patience) {
            first = streakBegin;
            met = step;
            return true;
        }
        return false;
    }

    /** Step of the first evaluation of the streak that met the rule, or {@link #NEVER}. */
    public long first() {
        return first;
    }

    /** Step of the evaluation that completed the rule, or {@link #NEVER}. */
    public long met() {
        return met;
    }

    /** Tells that the rule was met before, if it was. */
    void restoreTo(RunEvents events, String name) {
        if (first != NEVER) {
            events.restore(new RunEvents.Event(name, first, met, ""));
        }
    }

    /** Everything that must survive an interruption, as text. */
    String state() {
        return streak + " " + streakBegin + " " + first + " " + met;
    }

    /** The inverse of {@link #state}. */
    void restore(String state) {
        String[] parts = state.split(" ", 4);
        streak = Integer.parseInt(parts[0]);
        streakBegin = Long.parseLong(parts[1]);
        first = Long.parseLong(parts[2]);
        met = Long.parseLong(parts[3]);
    }
}
