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
    private final int lastBlock;
    private final ClassificationHeads heads;

    public SequenceClassifier(Workspace workspace, TransformerShape shape, List<String> heads) {
        backend = workspace.backend();
        blocks = TransformerStack.classifying(
                workspace, shape, new EmbeddingTables(workspace, TOKEN_TABLE, POSITION_TABLE));
        firstOutput = blocks.output().firstRows(shape.contextLength());
        lastBlock = shape.layers() - 1;
        this.heads = new ClassificationHeads(workspace, "ln", layers(heads), shape.width(), shape.classes());
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
                .addTable(TOKEN_TABLE, new Initializer.Normal(1), shape.vocabulary(), width)
                .addTable(POSITION_TABLE, new Initializer.Normal(1 / Math.sqrt(width)), shape.positions(), width)
                .addBlocks(shape)
                .addNorm("ln", width)
                .addJoined(layers(heads), shape.classes(), width)
                .build();
    }

    /** Computes the logits {@code [S, capacity, heads·classes]} of a batch, a row for each sequence. */
    @Override
    public Tensor forward(PackedBatch batch) {
        blocks.forward(batch.rows());
        return heads.forward(batch, firstOutput.values());
    }

    @Override
    public void evaluate(PackedBatch batch, Tensor statistics) {
        blocks.forward(batch.rows());
        heads.evaluate(batch, firstOutput.values(), statistics);
    }

    @Override
    public void differentiate(PackedBatch batch, Tensor statistics) {
        blocks.forward(batch.rows());
        backend.fill(blocks.output().gradient(), 0);
        heads.differentiate(batch, statistics, firstOutput.values(), firstOutput.gradient());
        blocks.backward(batch.rows());
    }

    @Override
    public List<AttentionPattern> attention(PackedBatch batch) {
        return blocks.attention(batch.rows());
    }

    @Override
    public Tensor logitsGradient() {
        return heads.logitsGradient();
    }

    /** Of the last block only the first positions are computed, so that only what comes after it has a name. */
    @Override
    public Places places() {
        return new Places()
                .add(Places.after(lastBlock), Places.Rows.SEQUENCES, firstOutput.values())
                .add(Places.FINAL_NORM, Places.Rows.SEQUENCES, heads.normalised())
                .add(Places.LOGITS, Places.Rows.SEQUENCES, heads.logits());
    }
}
