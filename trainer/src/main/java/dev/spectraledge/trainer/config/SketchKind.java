package dev.spectraledge.trainer.config;

/** The random map of an observer that keeps sketches. */
public enum SketchKind {
    /** Independent normal entries. */
    GAUSSIAN,
    /** A few random signs in each column: faster. */
    SPARSE_SIGNS
}
