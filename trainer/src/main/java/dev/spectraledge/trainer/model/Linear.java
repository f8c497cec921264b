package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** Y = X·Wᵀ + b. */
final class Linear {
    private final Workspace workspace;
    private final Tensor weight;
    private final Tensor bias;
    private final Tensor weightGradient;
    private final Tensor biasGradient;

    Linear(Workspace workspace, String weightName, String biasName) {
        this.workspace = workspace;
        weight = workspace.parameter(weightName);
        bias = workspace.parameter(biasName);
        weightGradient = workspace.gradient(weightName);
        biasGradient = workspace.gradient(biasName);
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
