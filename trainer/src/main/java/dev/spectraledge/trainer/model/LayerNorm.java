package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** Normalisation with a gain, and a bias where its style has one; keeps its output, which the next layer's backward reads. */
final class LayerNorm {
    /** PyTorch's. */
    static final double USUAL_EPSILON = 1e-5;

    private final Workspace workspace;
    private final double epsilon;
    private final Tensor gain;
    private final Tensor bias;
    private final Tensor gainGradient;
    private final Tensor biasGradient;
    private final Tensor mean;
    private final Tensor inverseDeviation;
    private final Tensor output;

    LayerNorm(Workspace workspace, String name, int width) {
        this(workspace, name, width, NormStyle.TORCH);
    }

    LayerNorm(Workspace workspace, String name, int width, NormStyle style) {
        this.workspace = workspace;
        epsilon = style.epsilon();
        boolean hasBias = style.kind().hasBias();
        gain = workspace.parameter(name + ".weight");
        bias = hasBias ? workspace.parameter(name + ".bias") : null;
        gainGradient = workspace.gradient(name + ".weight");
        biasGradient = hasBias ? workspace.gradient(name + ".bias") : null;
        mean = style.kind().centres() ? workspace.activation() : null;
        inverseDeviation = workspace.activation();
        output = workspace.activation(width);
    }

    Tensor forward(Rows rows, Tensor input) {
        workspace.backend().layerNorm(rows, epsilon, input, gain, bias, output, mean, inverseDeviation);
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
