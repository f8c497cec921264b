package dev.spectraledge.bench.peers;

import java.util.SortedMap;

/**
 * One implementation of a training step: forward, mean cross-entropy over all labels, backward,
 * clipping of the global gradient norm to 1, AdamW (learning rate 1e-3, betas 0.9 and 0.98, epsilon 1e-8, decoupled
 * weight decay 1).
 */
public interface StepContestant {

    /**
     * Trains on the next batch; after the last batch of the inputs the first one follows.
     *
     * @return the mean loss of the batch before the update
     */
    double step();

    /** What was resolved in this process: library versions, instruction sets, thread counts. */
    SortedMap<String, String> environment();
}
