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
    private static final String TOKEN_TABLE = "tok_emb.weight";
    private static final String POSITION_TABLE = "pos_emb.weight";

    private final Backend backend;
    private final TransformerStack blocks;
    private final LayerNorm finalNorm;
    private final Linear head;
    private final Tensor logits;
    private final Tensor logitsGradient;
    private final Tensor normalisedGradient;

    public CausalTransformer(Workspace workspace, TransformerShape shape) {
        backend = workspace.backend();
        blocks = TransformerStack.causal(workspace, shape, new EmbeddingTables(workspace, TOKEN_TABLE, POSITION_TABLE));
        finalNorm = new LayerNorm(workspace, "ln", shape.width());
        head = new Linear(workspace, "head.weight", "head.bias");
        logits = workspace.activation(shape.classes());
        boolean trains = workspace.gradients() != null;
        logitsGradient = trains ? workspace.activation(shape.classes()) : null;
        normalisedGradient = trains ? workspace.activation(shape.width()) : null;
    }

    /** The named tensors with PyTorch's initial distributions. */
    public static ParameterLayout layout(TransformerShape shape) {
        int width = shape.width();
        return new LayoutBuilder()
                .add(TOKEN_TABLE, new Initializer.Normal(1), shape.vocabulary(), width)
                .add(POSITION_TABLE, new Initializer.Normal(1), shape.positions(), width)
                .addBlocks(shape)
                .addNorm("ln", width)
                .addLinear("head", shape.classes(), width)
                .build();
    }

    /** Computes the logits {@code [S, capacity, classes]} of a batch. */
    public Tensor forward(PackedBatch batch) {
        PackedSequences sequences = batch.sequences();
        blocks.forward(batch.rows());
        head.forward(sequences, finalNorm.forward(sequences, blocks.output().values()), logits);
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
        ResidualStream output = blocks.output();
        finalNorm.backward(sequences, normalisedGradient, output.values(), null, output.gradient());
        blocks.backward(batch.rows());
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
