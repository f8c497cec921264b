package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.List;

/** Models of one architecture on the run axis of their {@link Workspace}, with room for the activations of a batch. */
public interface Model {
    /** Computes the logits {@code [S, capacity, classes]} of the labelled rows of a batch. */
    Tensor forward(PackedBatch batch);

    /**
     * Adds (Σ weight·loss, Σ weight·correct, Σ weight) of a batch, objective by objective, to the FLOAT64 {@code statistics
     * [objectives, S, 3]}.
     */
    void evaluate(PackedBatch batch, Tensor statistics);

    /** The same, and adds the derivative of Σ weight·loss of all objectives by every parameter to the workspace's gradients. */
    void differentiate(PackedBatch batch, Tensor statistics);

    /**
     * The derivatives by the logits {@code [S, capacity, heads·classes]} of the labelled rows of the batch that was
     * differentiated last; null in a workspace without gradients.
     */
    Tensor logitsGradient();

    /** What its heads attended to in the batch that was computed last, layer by layer. */
    List<AttentionPattern> attention(PackedBatch batch);

    /** What it computed of the last batch, by name. */
    Places places();
}
