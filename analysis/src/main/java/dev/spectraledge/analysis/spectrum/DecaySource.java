package dev.spectraledge.analysis.spectrum;

/** Where the exact decay parts of the updates come from. */
public enum DecaySource {
    /** Not known, as between two checkpoints: only the trapezoid estimate is there. */
    NONE,
    /** There are none: the vectors are gradients. */
    GRADIENTS,
    /**
     * Intervals of one step of decoupled decay, Δdecay = −ηωθ with θ from before the step, so that the products follow from
     * those of the parameters.
     */
    SINGLE_STEP,
    /** The sum of those of groups of parameters, of each of which they are known. */
    GROUPS,
    /** Added up by the optimiser over the interval, whatever they are; their products are given with each update. */
    ACCUMULATED
}
