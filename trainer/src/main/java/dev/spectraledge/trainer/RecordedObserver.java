package dev.spectraledge.trainer;

/**
 * An observer for training whose steps are recorded once and replayed: {@link #observe} calls operations of the backend
 * and nothing else, is recorded itself, and leaves its results in memory of the backend. The host reads them later, in
 * their order, while training has gone on.
 */
public interface RecordedObserver extends UpdateObserver {
    /**
     * Begins to bring results to the host.
     *
     * @param observations how many have been made since this observer was, replays included
     */
    void fetch(long observations);

    /**
     * Takes the result of the oldest observation that was not absorbed yet.
     *
     * @param step that the observation followed
     * @param update for its stride and settings; its tensors hold another step by now
     */
    void absorb(long step, Update update);
}
