package dev.spectraledge.trainer.sweep;

/** Hears what happens to the runs of a sweep, at once. Called by several threads. */
public interface SweepListener {
    /**
     * A run has ended by an error.
     *
     * @param reason one line
     * @param cause null if somebody else has caught it
     */
    void failed(PlannedRun run, String reason, Throwable cause);

    /** All runs that are left are computed by other processes; this one waits for them. */
    void waiting(int runs, PlannedRun first, String holder);

    /**
     * What people should know of the data of the runs, in one line; the same line may come again for each of them.
     */
    default void noted(String line) {}

    /**
     * How fast runs train side by side is known: told once of each group of them that takes enough steps.
     *
     * @param first of the group
     * @param runs how many there are in it
     * @param secondsPerStep of all of them together
     */
    default void paced(PlannedRun first, int runs, double secondsPerStep) {}

    /**
     * This process was without a sign of life for so long that another one has taken over one of its runs. Has to end the
     * process at once, before it writes anything more; all runs go on from their states when they are begun again.
     */
    void claimLost(String reason);
}
