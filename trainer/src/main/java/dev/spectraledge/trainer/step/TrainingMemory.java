package dev.spectraledge.trainer.step;

import dev.spectraledge.trainer.io.ByteCount;

/**
 * Bytes that a training has on the host, by what they are for.
 *
 * @param parameters of all runs
 * @param moments of the optimiser
 * @param gradients of all lanes
 * @param activations and batches, those of evaluations included
 * @param windows what observers keep, and what is kept for them between their updates
 */
public record TrainingMemory(long parameters, long moments, long gradients, long activations, long windows) {
    /** The same with more for observers. */
    public TrainingMemory withWindows(long more) {
        return new TrainingMemory(parameters, moments, gradients, activations, windows + more);
    }

    /** For people. */
    public String description() {
        return "parameters " + ByteCount.text(parameters) + ", moments " + ByteCount.text(moments) + ", gradients "
                + ByteCount.text(gradients) + ", activations " + ByteCount.text(activations) + ", windows "
                + ByteCount.text(windows) + ": " + ByteCount.text(total());
    }

    public long total() {
        return parameters + moments + gradients + activations + windows;
    }
}
