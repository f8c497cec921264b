package dev.spectraledge.trainer.step;

/** How the batches of the steps come to the lanes. */
interface BatchIntake {
    /** Steps that there is room for at once, now. */
    int room();

    /** Makes the batches of {@code count} steps ready, at most {@link #room}; those before have been taken. */
    void stage(long firstStep, int count);

    /** Brings the next micro-batch to where the lanes take it from. */
    void next();
}
