package dev.spectraledge.trainer;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;

/**
 * What has happened in one run, by name. The set is open: evaluations, rules and observers raise events, and whoever refers
 * to a step by an event ({@code grok+500}) looks here. The first event of a name is the one that counts.
 */
public final class RunEvents {
    /** The first of the evaluations that reached {@code evaluation.grokAccuracy} for long enough. */
    public static final String GROK = "grok";
    /** The evaluation at which {@code evaluation.stopAccuracy} had been held for long enough. */
    public static final String STOP_ACCURACY = "stop_accuracy";
    /** A step whose training loss is far above those of the steps before it. */
    public static final String SPIKE = "spike";
    /** The first step after a spike whose training loss is not above what is usual before it. */
    public static final String RECOVERED = "recovered";
    /** The last step before the data, the learning rate, the batches or the optimiser's state change. */
    public static final String TASK_SHIFT = "task_shift";
    /** A step that nobody knows yet, which is after all of them. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    private final Map<String, Event> first = new HashMap<>();
    private LongUnaryOperator nextLook = step -> step;
    private Consumer<Event> listener = event -> {};

    /**
     * One event.
     *
     * @param step in which it happened
     * @param knownAt step from which on something may follow from it, which does not depend on where the run was interrupted
     * @param detail for people; may be empty
     */
    public record Event(String name, long step, long knownAt, String detail) {}

    /**
     * Hears of every event that is raised.
     *
     * @param nextLook the step at which what observers say of a step is looked at
     */
    public void listen(LongUnaryOperator nextLook, Consumer<Event> listener) {
        this.nextLook = nextLook;
        this.listener = listener;
    }

    /** Says that something happened which an observer has seen, in a step that may lie back. */
    public void raise(String name, long step, String detail) {
        raise(new Event(name, step, nextLook.applyAsLong(step), detail));
    }

    /** Says that something happened. */
    public void raise(Event event) {
        first.putIfAbsent(event.name(), event);
        listener.accept(event);
    }

    /** Takes up what had happened before the run was interrupted; nobody hears of it. */
    public void restore(Event event) {
        first.put(event.name(), event);
    }

    /** Whether an event of this name has been raised. */
    public boolean has(String name) {
        return first.containsKey(name);
    }

    /** In which step an event happened, or {@link #UNKNOWN}. */
    public long step(String name) {
        Event event = first.get(name);
        return event == null ? UNKNOWN : event.step();
    }

    /** From which step on something may follow from an event, or {@link #UNKNOWN}. */
    public long knownAt(String name) {
        Event event = first.get(name);
        return event == null ? UNKNOWN : event.knownAt();
    }

    /** The step {@code later} steps after an event, but not before it is known; {@link #UNKNOWN} if it has not happened. */
    public long stepAfter(String name, long later) {
        Event event = first.get(name);
        return event == null ? UNKNOWN : Math.max(event.step() + later, event.knownAt());
    }
}
