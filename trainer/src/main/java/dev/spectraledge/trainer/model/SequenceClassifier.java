package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
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
    private static final String TOKEN_TABLE = "tok_emb.weight";
    private static final String POSITION_TABLE = "pos_emb";

    private final Backend backend;
    private final TransformerStack blocks;
    private final ResidualStream firstOutput;
    private final LayerNorm finalNorm;
    private final Linear heads;
    private final Tensor logits;
    private final Tensor[] logitsOfHead;
    private final Tensor logitsGradient;
    private final Tensor[] logitsGradientOfHead;
    private final Tensor normalisedGradient;

    public SequenceClassifier(Workspace workspace, TransformerShape shape, List<String> heads) {
        backend = workspace.backend();
        int outputs = heads.size() * shape.classes();
        blocks = TransformerStack.classifying(
                workspace, shape, new EmbeddingTables(workspace, TOKEN_TABLE, POSITION_TABLE));
        firstOutput = blocks.output().firstRows(shape.contextLength());
        finalNorm = new LayerNorm(workspace, "ln", shape.width());
        this.heads = new Linear(workspace, layers(heads), shape.width(), outputs);
        logits = workspace.activation(outputs);
        logitsOfHead = columns(logits, heads.size());
        boolean trains = workspace.gradients() != null;
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
                .add(TOKEN_TABLE, new Initializer.Normal(1), shape.vocabulary(), width)
                .add(POSITION_TABLE, new Initializer.Normal(1 / Math.sqrt(width)), shape.positions(), width)
                .addBlocks(shape)
                .addNorm("ln", width)
                .addJoined(layers(heads), shape.classes(), width)
                .build();
    }

    /** Computes the logits {@code [S, capacity, heads·classes]} of a batch, a row for each sequence. */
    public Tensor forward(PackedBatch batch) {
        blocks.forward(batch.rows());
        heads.forward(batch.labelled(), finalNorm.forward(batch.labelled(), firstOutput.values()), logits);
        return logits;
    }

    @Override
    public void evaluate(PackedBatch batch, Tensor statistics) {
        forward(batch);
        crossEntropy(batch, false, statistics);
    }

    @Override
    public void differentiate(PackedBatch batch, Tensor statistics) {
        forward(batch);
        crossEntropy(batch, true, statistics);
        heads.backward(batch.labelled(), logitsGradient, finalNorm.output(), normalisedGradient);
        backend.fill(blocks.output().gradient(), 0);
        finalNorm.backward(batch.labelled(), normalisedGradient, firstOutput.values(), null, firstOutput.gradient());
        blocks.backward(batch.rows());
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
