package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.List;

/**
 * The causal pre-norm transformer of the published Dyck experiments (Lifecycle §2): token plus position embedding,
 * blocks, one final layer norm, a linear head. Forward and backward are written out; every activation is kept for the
 * backward in memory allocated once.
 */
public final class CausalTransformer implements Model {
    private static final String TOKEN_TABLE = "tok_emb.weight";
    private static final String POSITION_TABLE = "pos_emb.weight";

    private final TransformerStack blocks;
    private final ClassificationHeads head;

    public CausalTransformer(Workspace workspace, TransformerShape shape) {
        blocks = TransformerStack.causal(workspace, shape, new EmbeddingTables(workspace, TOKEN_TABLE, POSITION_TABLE));
        head = new ClassificationHeads(workspace, "ln", List.of("head"), shape.width(), shape.classes());
    }

    /** The named tensors with PyTorch's initial distributions. */
    public static ParameterLayout layout(TransformerShape shape) {
        int width = shape.width();
        return new LayoutBuilder()
                .addTable(TOKEN_TABLE, new Initializer.Normal(1), shape.vocabulary(), width)
                .addTable(POSITION_TABLE, new Initializer.Normal(1), shape.positions(), width)
                .addBlocks(shape)
                .addNorm("ln", width)
                .addLinear("head", shape.classes(), width)
                .build();
    }

    /** Computes the logits {@code [S, capacity, classes]} of a batch. */
    @Override
    public Tensor forward(PackedBatch batch) {
        blocks.forward(batch.rows());
        return head.forward(batch, blocks.output().values());
    }

    @Override
    public void evaluate(PackedBatch batch, Tensor statistics) {
        forward(batch);
        head.evaluate(batch, statistics);
    }

    @Override
    public void differentiate(PackedBatch batch, Tensor statistics) {
        forward(batch);
        ResidualStream output = blocks.output();
        head.differentiate(batch, statistics, output.values(), output.gradient());
        blocks.backward(batch.rows());
    }

    @Override
    public Places places() {
        return new Places()
                .addStack(
                        Places.BLOCKS,
                        Places.Rows.TOKENS,
                        blocks.layers(),
                        blocks::hidden,
                        blocks::attentionProbabilities,
                        null)
                .add(Places.FINAL_NORM, Places.Rows.TOKENS, head.normalised())
                .add(Places.LOGITS, Places.Rows.TOKENS, head.logits());
    }
}
