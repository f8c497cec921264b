package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.trainer.data.TokenRows;

/** What the first block starts with: the embedding of every row of the batch, and a projection of it. */
final class EmbeddedInput implements AttentionInput {
    private final EmbeddingTables tables;
    private final ResidualStream embedded;
    private final AttentionInput projection;

    /** @param projection of {@code embedded} */
    EmbeddedInput(EmbeddingTables tables, ResidualStream embedded, AttentionInput projection) {
        this.tables = tables;
        this.embedded = embedded;
        this.projection = projection;
    }

    @Override
    public PackedSequences queries(TokenRows rows) {
        return projection.queries(rows);
    }

    @Override
    public PackedSequences keys(TokenRows rows) {
        return projection.keys(rows);
    }

    @Override
    public void forward(TokenRows rows) {
        tables.forward(rows.sequences(), rows.tokens(), rows.positions(), embedded.values());
        projection.forward(rows);
    }

    @Override
    public void backward(TokenRows rows) {
        projection.backward(rows);
        tables.backward(rows.sequences(), rows.tokens(), rows.positions(), embedded.gradient());
    }

    @Override
    public AttentionOperands operands() {
        return projection.operands();
    }
}
