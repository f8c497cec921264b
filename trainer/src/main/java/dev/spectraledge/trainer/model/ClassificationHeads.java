package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.List;

/** What a model ends with: a layer norm of the labelled rows, and from it one linear head and loss for each objective. */
final class ClassificationHeads implements OutputHead {
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

    @Override
    public Tensor forward(PackedBatch batch, Tensor input) {
        heads.forward(batch.labelled(), norm.forward(batch.labelled(), input), logits);
        return logits;
    }

    @Override
    public void evaluate(PackedBatch batch, Tensor input, Tensor statistics) {
        forward(batch, input);
        crossEntropy(batch, null, statistics);
    }

    @Override
    public void differentiate(PackedBatch batch, Tensor statistics, Tensor input, Tensor inputGradient) {
        forward(batch, input);
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

    @Override
    public Tensor logitsGradient() {
        return logitsGradient;
    }

    @Override
    public Tensor normalised() {
        return norm.output();
    }

    @Override
    public Tensor logits() {
        return logits;
    }
}
