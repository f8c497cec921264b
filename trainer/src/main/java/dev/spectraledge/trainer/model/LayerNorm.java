package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** Layer normalisation with gain and bias; keeps its output, which the next layer's backward reads. */
final class LayerNorm {
    private static final double EPSILON = 1e-5;

    private final Workspace workspace;
    private final Tensor gain;
    private final Tensor bias;
    private final Tensor gainGradient;
    private final Tensor biasGradient;
    private final Tensor mean;
    private final Tensor inverseDeviation;
    private final Tensor output;

    LayerNorm(Workspace workspace, String name, int width) {
        this.workspace = workspace;
        gain = workspace.parameter(name + ".weight");
        bias = workspace.parameter(name + ".bias");
        gainGradient = workspace.gradient(name + ".weight");
        biasGradient = workspace.gradient(name + ".bias");
        mean = workspace.activation();
        inverseDeviation = workspace.activation();
        output = workspace.activation(width);
    }

    Tensor forward(Rows rows, Tensor input) {
        workspace.backend().layerNorm(rows, EPSILON, input, gain, bias, output, mean, inverseDeviation);
        return output;
    }

    Tensor output() {
        return output;
    }

    /** inputGradient = residualGradient + what flows through the norm; a null residual counts as zero. */
    void backward(Rows rows, Tensor outputGradient, Tensor input, Tensor residualGradient, Tensor inputGradient) {
        workspace
                .backend()
                .layerNormBackward(
                        rows,
                        outputGradient,
                        input,
                        gain,
                        mean,
                        inverseDeviation,
                        residualGradient,
                        inputGradient,
                        gainGradient,
                        biasGradient);
    }
}
