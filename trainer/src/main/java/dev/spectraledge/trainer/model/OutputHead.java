package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;

/** What a model ends with: a norm of the labelled rows, and from it logits and losses. */
interface OutputHead {
    /** The logits {@code [S, capacity, heads·classes]} of the labelled rows. */
    Tensor forward(PackedBatch batch, Tensor input);

    /** Adds the sums of each objective to its {@code statistics}. */
    void evaluate(PackedBatch batch, Tensor input, Tensor statistics);

    /** The same, and overwrites {@code inputGradient} in the labelled rows with the derivative by the input. */
    void differentiate(PackedBatch batch, Tensor statistics, Tensor input, Tensor inputGradient);

    /** Derivatives by the logits of the batch that was differentiated last; null where none are kept. */
    Tensor logitsGradient();

    /** The norm of the labelled rows of the last batch. */
    Tensor normalised();

    /** Logits of the last batch; null where they are not kept. */
    Tensor logits();
}
