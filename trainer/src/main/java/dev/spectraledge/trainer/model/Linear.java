package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.HeadLoss;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.List;

/** Y = X·Wᵀ + b, or without b. */
final class Linear {
    private final Workspace workspace;
    private final Tensor weight;
    private final Tensor bias;
    private final Tensor weightGradient;
    private final Tensor biasGradient;

    Linear(Workspace workspace, LinearNames names) {
        this.workspace = workspace;
        weight = workspace.parameter(names.weight());
        bias = names.bias() == null ? null : workspace.parameter(names.bias());
        weightGradient = workspace.gradient(names.weight());
        biasGradient = names.bias() == null ? null : workspace.gradient(names.bias());
    }

    /** Outputs {@code [from, to)} of a layer that has a bias. */
    Linear(Workspace workspace, LinearNames names, long from, long to) {
        this.workspace = workspace;
        weight = workspace.parameter(names.weight()).slice(1, from, to);
        bias = workspace.parameter(names.bias()).slice(1, from, to);
        boolean trains = workspace.gradients() != null;
        weightGradient = trains ? workspace.gradient(names.weight()).slice(1, from, to) : null;
        biasGradient = trains ? workspace.gradient(names.bias()).slice(1, from, to) : null;
    }

    /**
     * Layers that compute from the same input, as one.
     *
     * @param names as {@link LayoutBuilder#addJoined} has laid them out
     * @param out of all of them
     */
    Linear(Workspace workspace, List<String> names, int in, int out) {
        this.workspace = workspace;
        String weights = names.getFirst() + ".weight";
        String biases = names.getFirst() + ".bias";
        weight = workspace.joined(weights, out, in);
        bias = workspace.joined(biases, out);
        weightGradient = workspace.joinedGradient(weights, out, in);
        biasGradient = workspace.joinedGradient(biases, out);
    }

    /** The loss of a batch of which this layer, which has no bias, is the head; see {@link HeadLoss}. */
    HeadLoss loss(PackedBatch batch, Tensor input, Tensor inputGradient, Tensor chunkLogits) {
        return workspace.headLoss(batch, input, weight, inputGradient, weightGradient, chunkLogits);
    }

    void forward(Rows rows, Tensor input, Tensor output) {
        workspace.backend().linear(rows, input, weight, bias, null, output);
    }

    /** Y = residual + X·Wᵀ + b. */
    void forwardOnto(Rows rows, Tensor input, Tensor residual, Tensor output) {
        workspace.backend().linear(rows, input, weight, bias, residual, output);
    }

    void backward(Rows rows, Tensor outputGradient, Tensor input, Tensor inputGradient) {
        workspace
                .backend()
                .linearBackward(rows, outputGradient, input, weight, inputGradient, weightGradient, biasGradient);
    }
}
