package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** W₂·GELU(W₁·x + b₁) + b₂. */
final class FeedForward {
    private final Workspace workspace;
    private final Gelu gelu;
    private final Linear up;
    private final Linear down;
    private final Tensor preactivation;
    private final Tensor activation;

    FeedForward(Workspace workspace, String name, Gelu gelu, int hiddenWidth) {
        this.workspace = workspace;
        this.gelu = gelu;
        up = new Linear(workspace, name + ".linear1.weight", name + ".linear1.bias");
        down = new Linear(workspace, name + ".linear2.weight", name + ".linear2.bias");
        preactivation = workspace.activation(hiddenWidth);
        activation = workspace.activation(hiddenWidth);
    }

    /** output = residual + feedForward(input). */
    void forward(Rows rows, Tensor input, Tensor residual, Tensor output) {
        up.forward(rows, input, preactivation);
        workspace.backend().gelu(rows, gelu, preactivation, activation);
        down.forwardOnto(rows, activation, residual, output);
    }

    /** Overwrites {@code inputGradient}; {@code hiddenGradient} is scratch of the hidden width. */
    void backward(Rows rows, Tensor outputGradient, Tensor input, Tensor hiddenGradient, Tensor inputGradient) {
        down.backward(rows, outputGradient, activation, hiddenGradient);
        workspace.backend().geluBackward(rows, gelu, hiddenGradient, preactivation, hiddenGradient);
        up.backward(rows, hiddenGradient, input, inputGradient);
    }
}
