package dev.spectraledge.trainer.config;

/** How the weights of a checkpoint are kept. */
public enum CheckpointStorage {
    /** In the precision of the run. */
    FLOAT32,
    /** Rounded to bfloat16, in half the space of float32. */
    BFLOAT16
}
