package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;

/**
 * Queries of the rows of a batch, and keys and values of these and of all that were read before, which are kept: what a block of
 * a {@link GptDecoder} attends to. It cannot go backward.
 */
final class CachedKeys implements AttentionInput {
    private final Backend backend;
    private final AttentionInput inputs;
    private final Tensor keysAndValuesOfRows;
    private final PackedSequences read;
    private final Tensor keysAndValues;
    private final AttentionOperands operands;

    /**
     * Makes room.
     *
     * @param inputs of the rows
     * @param keysAndValuesOfRows where those leave their keys and values, side by side
     * @param read one sequence of all rows that have been read, those of the batch included, when the forward begins
     */
    CachedKeys(
            Workspace workspace, int width, AttentionInput inputs, Tensor keysAndValuesOfRows, PackedSequences read) {
        backend = workspace.backend();
        this.inputs = inputs;
        this.keysAndValuesOfRows = keysAndValuesOfRows;
        this.read = read;
        keysAndValues = workspace.withRows(read.capacityRows()).activation(2L * width);
        operands = new AttentionOperands(
                inputs.operands().query(),
                keysAndValues.slice(2, 0, width),
                keysAndValues.slice(2, width, 2L * width),
                null,
                null,
                null);
    }

    @Override
    public PackedSequences keys(TokenRows rows) {
        return read;
    }

    @Override
    public void forward(TokenRows rows) {
        inputs.forward(rows);
        int count = rows.sequences().rows(0);
        int end = read.rows(0);
        backend.copy(keysAndValuesOfRows.slice(1, 0, count), keysAndValues.slice(1, end - count, end));
    }

    @Override
    public void backward(TokenRows rows) {
        throw new IllegalStateException("what is kept of earlier rows has no gradient");
    }

    @Override
    public AttentionOperands operands() {
        return operands;
    }
}
