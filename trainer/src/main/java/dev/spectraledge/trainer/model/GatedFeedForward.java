package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** W₂·(SiLU(W_g·x)·(W_u·x)), SwiGLU (Shazeer 2020), W_g and W_u one above the other in one matrix. */
final class GatedFeedForward implements FeedForward {
    private final Workspace workspace;
    private final Linear gateAndUp;
    private final Linear down;
    private final Tensor projected;
    private final Tensor gate;
    private final Tensor up;
    private final Tensor activation;

    GatedFeedForward(Workspace workspace, LinearNames gateAndUp, LinearNames down, int hiddenWidth) {
        this.workspace = workspace;
        this.gateAndUp = new Linear(workspace, gateAndUp);
        this.down = new Linear(workspace, down);
        projected = workspace.activation(2L * hiddenWidth);
        gate = projected.slice(2, 0, hiddenWidth);
        up = projected.slice(2, hiddenWidth, 2L * hiddenWidth);
        activation = workspace.activation(hiddenWidth);
    }

    @Override
    public void forward(Rows rows, Tensor input, Tensor residual, Tensor output) {
        gateAndUp.forward(rows, input, projected);
        workspace.backend().swiGlu(rows, gate, up, activation);
        down.forwardOnto(rows, activation, residual, output);
    }

    /** The gradients by gate and up take the places of what they are the gradients of. */
    @Override
    public void backward(Rows rows, Tensor outputGradient, Tensor input, Tensor hiddenGradient, Tensor inputGradient) {
        down.backward(rows, outputGradient, activation, hiddenGradient);
        workspace.backend().swiGluBackward(rows, hiddenGradient, gate, up, gate, up);
        gateAndUp.backward(rows, projected, input, inputGradient);
    }
}
