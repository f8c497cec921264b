package dev.spectraledge.trainer;

/** What an observer is shown at the end of each of its intervals. */
public enum Observed {
    /** The change of the parameters over the interval. */
    UPDATES,
    /** The gradient of the interval's last step, before clipping. */
    GRADIENTS,
    /** The same gradient as the optimiser takes it, after clipping. */
    CLIPPED_GRADIENTS;

    /** Whether it is a gradient, clipped or not. */
    public boolean isGradient() {
        return this != UPDATES;
    }
}
