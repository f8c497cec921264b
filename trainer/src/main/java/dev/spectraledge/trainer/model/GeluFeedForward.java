package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** W₂·GELU(W₁·x + b₁) + b₂. */
final class GeluFeedForward implements FeedForward {
    private final Workspace workspace;
    private final Gelu gelu;
    private final Linear up;
    private final Linear down;
    private final Tensor preactivation;
    private final Tensor activation;

    GeluFeedForward(Workspace workspace, LinearNames up, LinearNames down, Gelu gelu, int hiddenWidth) {
        this.workspace = workspace;
        this.gelu = gelu;
        this.up = new Linear(workspace, up);
        this.down = new Linear(workspace, down);
        preactivation = workspace.activation(hiddenWidth);
        activation = workspace.activation(hiddenWidth);
    }

    @Override
    public void forward(Rows rows, Tensor input, Tensor residual, Tensor output) {
        up.forward(rows, input, preactivation);
        workspace.backend().gelu(rows, gelu, preactivation, activation);
        down.forwardOnto(rows, activation, residual, output);
    }

    @Override
    public void backward(Rows rows, Tensor outputGradient, Tensor input, Tensor hiddenGradient, Tensor inputGradient) {
        down.backward(rows, outputGradient, activation, hiddenGradient);
        workspace.backend().geluBackward(rows, gelu, hiddenGradient, preactivation, hiddenGradient);
        up.backward(rows, hiddenGradient, input, inputGradient);
    }
}
