package dev.spectraledge.trainer.step;

/** How the batches of the steps come to the lanes. */
interface BatchIntake {
    /** How many steps can be made ready at once, the first of them being this one. */
    int room(long firstStep);

    /** Makes the batches of {@code count} steps ready, at most {@link #room}; those before have been taken. */
    void stage(long firstStep, int count);

    /** Brings the next micro-batch to where the lanes take it from. */
    void next();
}
