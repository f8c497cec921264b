package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;

/** Multi-head self-attention with the packed projection of PyTorch: rows of W_in are W_Q, W_K, W_V. */
final class SelfAttention {
    private final Workspace workspace;
    private final AttentionShape shape;
    private final Linear inputProjection;
    private final Linear outputProjection;
    private final Tensor projected;
    private final Tensor query;
    private final Tensor key;
    private final Tensor value;
    private final Tensor probabilities;
    private final Tensor mixed;

    SelfAttention(Workspace workspace, String name, AttentionShape shape, int contextLength) {
        this.workspace = workspace;
        this.shape = shape;
        int width = shape.width();
        inputProjection = new Linear(workspace, name + ".in_proj_weight", name + ".in_proj_bias");
        outputProjection = new Linear(workspace, name + ".out_proj.weight", name + ".out_proj.bias");
        projected = workspace.activation(3L * width);
        query = projected.slice(2, 0, width);
        key = projected.slice(2, width, 2L * width);
        value = projected.slice(2, 2L * width, 3L * width);
        probabilities = workspace.activation(shape.heads(), contextLength);
        mixed = workspace.activation(width);
    }

    /** output = residual + attention(input). */
    void forward(PackedSequences sequences, Tensor input, Tensor residual, Tensor output) {
        inputProjection.forward(sequences, input, projected);
        workspace.backend().attention(shape, sequences, sequences, query, key, value, probabilities, mixed);
        outputProjection.forwardOnto(sequences, mixed, residual, output);
    }

    /** Overwrites {@code inputGradient}. */
    void backward(
            PackedSequences sequences,
            AttentionGradients gradients,
            Tensor outputGradient,
            Tensor input,
            Tensor inputGradient) {
        outputProjection.backward(sequences, outputGradient, mixed, gradients.mixed());
        workspace
                .backend()
                .attentionBackward(
                        shape,
                        sequences,
                        sequences,
                        gradients.mixed(),
                        query,
                        key,
                        value,
                        probabilities,
                        gradients.query(),
                        gradients.key(),
                        gradients.value());
        inputProjection.backward(sequences, gradients.projected(), input, inputGradient);
    }

    /** {@code [S, capacity, heads, contextLength]}: the attention of each row of the last batch. */
    Tensor probabilities() {
        return probabilities;
    }
}
