package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;

/**
 * The causal pre-norm transformer of the published Dyck experiments (Lifecycle §2): token plus position embedding,
 * blocks, one final layer norm, a linear head. Forward and backward are written out; every activation is kept for the
 * backward in memory allocated once.
 */
public final class CausalTransformer implements Model {
    private final Backend backend;
    private final Workspace workspace;
    private final Tensor embedded;
    private final TransformerStack blocks;
    private final LayerNorm finalNorm;
    private final Linear head;
    private final Tensor logits;
    private final Tensor gradient;
    private final Tensor logitsGradient;
    private final Tensor normalisedGradient;

    public CausalTransformer(Workspace workspace, TransformerShape shape) {
        this.workspace = workspace;
        backend = workspace.backend();
        embedded = workspace.activation(shape.width());
        blocks = new TransformerStack(workspace, shape, true);
        finalNorm = new LayerNorm(workspace, "ln", shape.width());
        head = new Linear(workspace, "head.weight", "head.bias");
        logits = workspace.activation(shape.classes());
        boolean trains = workspace.gradients() != null;
        gradient = trains ? workspace.activation(shape.width()) : null;
        logitsGradient = trains ? workspace.activation(shape.classes()) : null;
        normalisedGradient = trains ? workspace.activation(shape.width()) : null;
    }

    /** The named tensors with PyTorch's initial distributions. */
    public static ParameterLayout layout(TransformerShape shape) {
        int width = shape.width();
        return new LayoutBuilder()
                .add("tok_emb.weight", new Initializer.Normal(1), shape.vocabulary(), width)
                .add("pos_emb.weight", new Initializer.Normal(1), shape.positions(), width)
                .addBlocks(shape)
                .addNorm("ln", width)
                .addLinear("head", shape.classes(), width)
                .build();
    }

    /** Computes the logits {@code [S, capacity, classes]} of a batch. */
    public Tensor forward(PackedBatch batch) {
        PackedSequences sequences = batch.sequences();
        backend.embedding(
                sequences,
                batch.tokens(),
                batch.positions(),
                workspace.parameter("tok_emb.weight"),
                workspace.parameter("pos_emb.weight"),
                embedded);
        Tensor hidden = blocks.forward(sequences, embedded);
        head.forward(sequences, finalNorm.forward(sequences, hidden), logits);
        return logits;
    }

    @Override
    public void evaluate(PackedBatch batch, Tensor statistics) {
        forward(batch);
        crossEntropy(batch, null, statistics);
    }

    @Override
    public void differentiate(PackedBatch batch, Tensor statistics) {
        PackedSequences sequences = batch.sequences();
        forward(batch);
        crossEntropy(batch, logitsGradient, statistics);
        head.backward(sequences, logitsGradient, finalNorm.output(), normalisedGradient);
        finalNorm.backward(sequences, normalisedGradient, blocks.output(), null, gradient);
        blocks.backward(sequences, embedded, gradient);
        backend.embeddingBackward(
                sequences,
                batch.tokens(),
                batch.positions(),
                gradient,
                workspace.gradient("tok_emb.weight"),
                workspace.gradient("pos_emb.weight"));
    }

    private void crossEntropy(PackedBatch batch, Tensor ownLogitsGradient, Tensor statistics) {
        backend.crossEntropy(
                batch.labelled(),
                logits,
                batch.targets().run(0),
                batch.weights(),
                ownLogitsGradient,
                statistics.run(0));
    }

    /** Logits of the last batch. */
    public Tensor logits() {
        return logits;
    }

    /** Attention of the last batch in one layer, {@code [S, capacity, heads, contextLength]}. */
    public Tensor attentionProbabilities(int layer) {
        return blocks.attentionProbabilities(layer);
    }
}
