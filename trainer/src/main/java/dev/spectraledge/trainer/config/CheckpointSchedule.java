package dev.spectraledge.trainer.config;

/** At which steps the weights are kept. */
public enum CheckpointSchedule {
    /** At step 0 and about ten times per decade of steps, evenly on a logarithmic axis. */
    LOG,
    /** At step 0 and every n-th step. */
    EVERY,
    /** At listed steps. */
    LIST,
    /** Never. */
    NONE
}
