package dev.spectraledge.trainer.config;

/** Where directions come from that a gradient is confined to. */
public enum GradientDirections {
    /** Drawn at random when the run begins; they stay the same. */
    RANDOM,
    /** The first right singular vectors of the run's own last {@value #WINDOW} gradients, that of the step among them. */
    EDGE;

    /** Gradients that the edge is one of, as published (thesis §7, N2). */
    public static final int WINDOW = 20;
}
