package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.List;

/**
 * A causal pre-norm transformer: embedding, blocks, one final norm, a linear head. Forward and
 * backward are written out; every activation is kept for the backward in memory allocated once. What its parameters are
 * called, and which of them are one, is up to its {@link Architecture}.
 */
public final class CausalTransformer implements Model {
    private final TransformerStack blocks;
    private final OutputHead head;

    CausalTransformer(TransformerStack blocks, OutputHead head) {
        this.blocks = blocks;
        this.head = head;
    }

    /** Computes the logits {@code [S, capacity, classes]} of a batch. */
    @Override
    public Tensor forward(PackedBatch batch) {
        blocks.forward(batch.rows());
        return head.forward(batch, blocks.output().values());
    }

    @Override
    public void evaluate(PackedBatch batch, Tensor statistics) {
        blocks.forward(batch.rows());
        head.evaluate(batch, blocks.output().values(), statistics);
    }

    @Override
    public void differentiate(PackedBatch batch, Tensor statistics) {
        blocks.forward(batch.rows());
        ResidualStream output = blocks.output();
        head.differentiate(batch, statistics, output.values(), output.gradient());
        blocks.backward(batch.rows());
    }

    @Override
    public List<AttentionPattern> attention(PackedBatch batch) {
        return blocks.attention(batch.rows());
    }

    @Override
    public Tensor logitsGradient() {
        return head.logitsGradient();
    }

    @Override
    public Places places() {
        Places places = new Places()
                .addStack(
                        Places.BLOCKS,
                        Places.Rows.TOKENS,
                        blocks.layers(),
                        blocks::hidden,
                        blocks::attentionProbabilities,
                        null)
                .add(Places.FINAL_NORM, Places.Rows.TOKENS, head.normalised());
        return head.logits() == null ? places : places.add(Places.LOGITS, Places.Rows.TOKENS, head.logits());
    }
}
