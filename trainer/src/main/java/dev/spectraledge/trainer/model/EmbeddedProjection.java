package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;

/** What the first block starts with: the embedding of every row of the batch, and a projection of it. */
final class EmbeddedProjection implements AttentionInput {
    private final EmbeddingTables tables;
    private final ResidualStream embedded;
    private final PackedProjection projection;

    /** @param projection of {@code embedded} */
    EmbeddedProjection(EmbeddingTables tables, ResidualStream embedded, PackedProjection projection) {
        this.tables = tables;
        this.embedded = embedded;
        this.projection = projection;
    }

    @Override
    public void forward(PackedBatch batch) {
        tables.forward(batch.sequences(), batch.tokens(), batch.positions(), embedded.values());
        projection.forward(batch);
    }

    @Override
    public void backward(PackedBatch batch) {
        projection.backward(batch);
        tables.backward(batch.sequences(), batch.tokens(), batch.positions(), embedded.gradient());
    }

    @Override
    public Tensor query() {
        return projection.query();
    }

    @Override
    public Tensor key() {
        return projection.key();
    }

    @Override
    public Tensor value() {
        return projection.value();
    }

    @Override
    public Tensor queryGradient() {
        return projection.queryGradient();
    }

    @Override
    public Tensor keyGradient() {
        return projection.keyGradient();
    }

    @Override
    public Tensor valueGradient() {
        return projection.valueGradient();
    }
}
