package dev.spectraledge.trainer.config;

/** What the learning rate does after its warm-up. */
public enum LearningRateSchedule {
    /** Stays. */
    CONSTANT,
    /** Follows half a period of a cosine towards zero, cut off at a floor. */
    COSINE
}
