package dev.spectraledge.trainer.step;

/** Which training sequences each step sees. */
public interface BatchSource {
    /**
     * Fills {@code draws} with the numbers of the examples of one step.
     *
     * @param step number of the step, from 1
     */
    void draw(long step, int run, long[] draws);

    /** The last step that can be drawn. */
    default long lastStep() {
        return Long.MAX_VALUE;
    }
}
