package dev.spectraledge.trainer;

import dev.spectraledge.kernels.Tensor;
import java.util.Map;

/**
 * Watches the stream of parameter updates, or of gradients, while a model trains. The only hook that an analysis needs: the trainer knows
 * nothing of what an observer computes.
 */
public interface UpdateObserver extends AutoCloseable {
    /** Distinguishes this observer in files and checkpoints. */
    String name();

    /** Steps between observations, n ≥ 1: each update is the change of the parameters over n steps. */
    int stride();

    /** The part of the parameters that is watched. */
    ParameterSubset subset();

    /** What it is shown of them; their updates unless it says otherwise. */
    default Observed observed() {
        return Observed.UPDATES;
    }

    /** Whether updates must come with their decay part, which costs the optimiser a pass over it. */
    default boolean needsDecayPart() {
        return true;
    }

    /**
     * Takes the update of an interval that has ended. Calls operations of the backend and nothing else, so that it may be
     * recorded and replayed; on the host they are done when this returns. The tensors of {@code update} are valid during the
     * call only. Allocates nothing.
     */
    void record(Update update);

    /** Updates that were taken and whose results wait for others, or for {@link #complete}. */
    default int pending() {
        return 0;
    }

    /** Forms the results of all updates that were taken. */
    default void complete() {}

    /**
     * Begins to bring results to the host.
     *
     * @param observations how many have results since this observer was made, replays included
     */
    default void fetch(long observations) {}

    /**
     * Takes the result of the oldest observation that was not absorbed yet, and says what it shows.
     *
     * @param step that the observation followed
     * @param update for its stride and settings; its tensors hold another step by now
     */
    default void absorb(long step, Update update) {}

    /**
     * Everything that this observer carries from one observation to the next, under names of its own, as live tensors: a
     * checkpoint copies them, and resuming overwrites them before the first observation. Nothing unless it says otherwise.
     */
    default Map<String, Tensor> state() {
        return Map.of();
    }

    /** Ends the watch over one of several runs: it gets no further rows, and nothing more is computed for it. */
    default void finish(int run) {}

    /** Brings buffered rows to disk; called before each checkpoint and at the end. */
    default void flush() {}

    /** Drops every written row of a step after {@code step}; called when a run resumes from that step. */
    default void rewindTo(long step) {}

    @Override
    default void close() {}
}
