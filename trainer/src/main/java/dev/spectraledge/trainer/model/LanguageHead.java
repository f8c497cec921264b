package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.HeadLoss;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.IdentityHashMap;

/**
 * The head of a language model with many tokens, whose logits are there for a chunk of rows at a time ({@link HeadLoss}). Logits
 * of all rows take memory only once somebody asks for them, which training does not.
 */
final class LanguageHead implements OutputHead {
    /** Logits of a chunk on a processor, about: they should stay in its cache, and have enough rows for products. */
    private static final int CHUNK_LOGITS = 1 << 18;

    private static final int LEAST_ROWS = 64;
    /** On a device, where a launch takes time and the memory is large. */
    private static final int DEVICE_LOGITS = 1 << 27;

    private final Workspace workspace;
    private final LayerNorm norm;
    private final Linear layer;
    private final int classes;
    private final int chunkRows;
    private final Tensor chunkLogits;
    private final Tensor normalisedGradient;
    /** By the targets of the batches, which are those of few batches that come again and again. */
    private final IdentityHashMap<Tensor, HeadLoss> losses = new IdentityHashMap<>();

    private Tensor logits;

    /** @param layer without a bias */
    LanguageHead(Workspace workspace, LayerNorm norm, Linear layer, int width, int classes) {
        this.workspace = workspace;
        this.norm = norm;
        this.layer = layer;
        this.classes = classes;
        int wanted = (workspace.backend().isAsynchronous() ? DEVICE_LOGITS : CHUNK_LOGITS) / classes;
        chunkRows = Math.min(workspace.capacityRows(), Math.max(LEAST_ROWS, wanted));
        chunkLogits = workspace.withRows(chunkRows).activation(classes);
        normalisedGradient = workspace.gradients() == null ? null : workspace.activation(width);
    }

    @Override
    public Tensor forward(PackedBatch batch, Tensor input) {
        if (logits == null) {
            logits = workspace.activation(classes);
        }
        layer.forward(batch.labelled(), norm.forward(batch.labelled(), input), logits);
        return logits;
    }

    @Override
    public void evaluate(PackedBatch batch, Tensor input, Tensor statistics) {
        norm.forward(batch.labelled(), input);
        loss(batch).evaluate(batch.labelled(), statistics.run(0));
    }

    @Override
    public void differentiate(PackedBatch batch, Tensor statistics, Tensor input, Tensor inputGradient) {
        norm.forward(batch.labelled(), input);
        loss(batch).differentiate(batch.labelled(), workspace.lossGradient(), statistics.run(0));
        norm.backward(batch.labelled(), normalisedGradient, input, null, inputGradient);
    }

    private HeadLoss loss(PackedBatch batch) {
        HeadLoss known = losses.get(batch.targets());
        if (known == null) {
            known = layer.loss(batch, norm.output(), normalisedGradient, chunkLogits);
            losses.put(batch.targets(), known);
        }
        return known;
    }

    @Override
    public Tensor logitsGradient() {
        return null;
    }

    @Override
    public Tensor normalised() {
        return norm.output();
    }

    @Override
    public Tensor logits() {
        return null;
    }
}
