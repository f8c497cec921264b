package dev.spectraledge.trainer.data;

/** Which examples each step of a run takes. */
@FunctionalInterface
public interface ExampleDraws {
    /**
     * Fills {@code draws} with the numbers of the examples of one step; the same ones whenever it is asked, and without garbage.
     *
     * @param step number of the step, from 1
     */
    void draw(long step, long[] draws);
}
