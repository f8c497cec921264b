package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.List;

/**
 * The bidirectional pre-norm encoder of the published modular-arithmetic experiments (Thesis §5.2, §5.8): token plus
 * position embedding, blocks, one final layer norm of the first position, and from it one linear head for each objective.
 * All sequences have the context's length. Forward and backward are written out; every activation is kept for the backward
 * in memory allocated once.
 */
public final class SequenceClassifier implements Model {
    private final Backend backend;
    private final Workspace workspace;
    private final Tensor embedded;
    private final TransformerStack blocks;
    private final Tensor firstOutput;
    private final LayerNorm finalNorm;
    private final Linear heads;
    private final Tensor logits;
    private final Tensor[] logitsOfHead;
    private final Tensor gradient;
    private final Tensor firstGradient;
    private final Tensor logitsGradient;
    private final Tensor[] logitsGradientOfHead;
    private final Tensor normalisedGradient;

    public SequenceClassifier(Workspace workspace, TransformerShape shape, List<String> heads) {
        this.workspace = workspace;
        backend = workspace.backend();
        int context = shape.contextLength();
        int outputs = heads.size() * shape.classes();
        embedded = workspace.activation(shape.width());
        blocks = new TransformerStack(workspace, shape, false);
        firstOutput = blocks.output().every(1, context);
        finalNorm = new LayerNorm(workspace, "ln", shape.width());
        this.heads = new Linear(workspace, layers(heads), shape.width(), outputs);
        logits = workspace.activation(outputs);
        logitsOfHead = columns(logits, heads.size());
        boolean trains = workspace.gradients() != null;
        gradient = trains ? workspace.activation(shape.width()) : null;
        firstGradient = trains ? gradient.every(1, context) : null;
        logitsGradient = trains ? workspace.activation(outputs) : null;
        logitsGradientOfHead = trains ? columns(logitsGradient, heads.size()) : null;
        normalisedGradient = trains ? workspace.activation(shape.width()) : null;
    }

    private static Tensor[] columns(Tensor joined, int parts) {
        Tensor[] result = new Tensor[parts];
        long width = joined.size(2) / parts;
        for (int part = 0; part < parts; part++) {
            result[part] = joined.slice(2, part * width, (part + 1) * width);
        }
        return result;
    }

    private static List<String> layers(List<String> heads) {
        return heads.size() == 1
                ? List.of("head")
                : heads.stream().map(head -> "heads." + head).toList();
    }

    /** The named tensors with PyTorch's initial distributions; the position table is scaled by 1/√width. */
    static ParameterLayout layout(TransformerShape shape, List<String> heads) {
        int width = shape.width();
        return new LayoutBuilder()
                .add("tok_emb.weight", new Initializer.Normal(1), shape.vocabulary(), width)
                .add("pos_emb", new Initializer.Normal(1 / Math.sqrt(width)), shape.positions(), width)
                .addBlocks(shape)
                .addNorm("ln", width)
                .addJoined(layers(heads), shape.classes(), width)
                .build();
    }

    /** Computes the logits {@code [S, capacity, heads·classes]} of a batch, a row for each sequence. */
    public Tensor forward(PackedBatch batch) {
        PackedSequences sequences = batch.sequences();
        backend.embedding(
                sequences,
                batch.tokens(),
                batch.positions(),
                workspace.parameter("tok_emb.weight"),
                workspace.parameter("pos_emb"),
                embedded);
        blocks.forward(sequences, embedded);
        heads.forward(batch.labelled(), finalNorm.forward(batch.labelled(), firstOutput), logits);
        return logits;
    }

    @Override
    public void evaluate(PackedBatch batch, Tensor statistics) {
        forward(batch);
        crossEntropy(batch, false, statistics);
    }

    @Override
    public void differentiate(PackedBatch batch, Tensor statistics) {
        PackedSequences sequences = batch.sequences();
        forward(batch);
        crossEntropy(batch, true, statistics);
        heads.backward(batch.labelled(), logitsGradient, finalNorm.output(), normalisedGradient);
        backend.fill(gradient, 0);
        finalNorm.backward(batch.labelled(), normalisedGradient, firstOutput, null, firstGradient);
        blocks.backward(sequences, embedded, gradient);
        backend.embeddingBackward(
                sequences,
                batch.tokens(),
                batch.positions(),
                gradient,
                workspace.gradient("tok_emb.weight"),
                workspace.gradient("pos_emb"));
    }

    private void crossEntropy(PackedBatch batch, boolean withGradient, Tensor statistics) {
        for (int head = 0; head < logitsOfHead.length; head++) {
            backend.crossEntropy(
                    batch.labelled(),
                    logitsOfHead[head],
                    batch.targets().run(head),
                    batch.weights(),
                    withGradient ? logitsGradientOfHead[head] : null,
                    statistics.run(head));
        }
    }
}
