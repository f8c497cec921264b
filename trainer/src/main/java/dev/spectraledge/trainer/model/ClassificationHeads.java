package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.List;

/** What a model ends with: a layer norm of the labelled rows, and from it one linear head and loss for each objective. */
final class ClassificationHeads {
    private final Backend backend;
    private final LossGradient lossGradient;
    private final LayerNorm norm;
    private final Linear heads;
    private final Tensor logits;
    private final Tensor[] logitsOfHead;
    private final Tensor logitsGradient;
    private final Tensor[] logitsGradientOfHead;
    private final Tensor normalisedGradient;

    /** @param layers names of the heads */
    ClassificationHeads(Workspace workspace, String norm, List<String> layers, int width, int classes) {
        this(
                workspace,
                new LayerNorm(workspace, norm, width),
                new Linear(workspace, layers, width, layers.size() * classes),
                layers.size(),
                width,
                classes);
    }

    /** @param layer with the outputs of all heads, one after the other */
    ClassificationHeads(Workspace workspace, LayerNorm norm, Linear layer, int count, int width, int classes) {
        int outputs = count * classes;
        backend = workspace.backend();
        lossGradient = workspace.lossGradient();
        this.norm = norm;
        heads = layer;
        logits = workspace.activation(outputs);
        logitsOfHead = columns(logits, count);
        boolean trains = workspace.gradients() != null;
        logitsGradient = trains ? workspace.activation(outputs) : null;
        logitsGradientOfHead = trains ? columns(logitsGradient, count) : null;
        normalisedGradient = trains ? workspace.activation(width) : null;
    }

    private static Tensor[] columns(Tensor joined, int parts) {
        Tensor[] result = new Tensor[parts];
        long width = joined.size(2) / parts;
        for (int part = 0; part < parts; part++) {
            result[part] = joined.slice(2, part * width, (part + 1) * width);
        }
        return result;
    }

    /** The logits {@code [S, capacity, heads·classes]} of the labelled rows. */
    Tensor forward(PackedBatch batch, Tensor input) {
        heads.forward(batch.labelled(), norm.forward(batch.labelled(), input), logits);
        return logits;
    }

    /** Adds the sums of each objective to its {@code statistics}. */
    void evaluate(PackedBatch batch, Tensor statistics) {
        crossEntropy(batch, null, statistics);
    }

    /** The same, and overwrites {@code inputGradient} in the labelled rows with the derivative by the input. */
    void differentiate(PackedBatch batch, Tensor statistics, Tensor input, Tensor inputGradient) {
        crossEntropy(batch, logitsGradientOfHead, statistics);
        heads.backward(batch.labelled(), logitsGradient, norm.output(), normalisedGradient);
        norm.backward(batch.labelled(), normalisedGradient, input, null, inputGradient);
    }

    private void crossEntropy(PackedBatch batch, Tensor[] gradients, Tensor statistics) {
        for (int head = 0; head < logitsOfHead.length; head++) {
            backend.crossEntropy(
                    batch.labelled(),
                    logitsOfHead[head],
                    batch.targets().run(head),
                    batch.weights(),
                    gradients == null ? null : gradients[head],
                    lossGradient,
                    statistics.run(head));
        }
    }

    /** Derivatives by the logits of the batch that was differentiated last; null where none are computed. */
    Tensor logitsGradient() {
        return logitsGradient;
    }

    /** The layer norm of the labelled rows of the last batch. */
    Tensor normalised() {
        return norm.output();
    }

    /** Logits of the last batch. */
    Tensor logits() {
        return logits;
    }
}
