package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;

/**
 * Queries of all rows, and of each sequence the keys and values of the rows that it sees, which are {@link TokenRows#keys}:
 * those that are no padding, or those, too, that it has in common with sequences before it.
 */
final class GatheredKeys implements AttentionInput {
    private final Backend backend;
    private final AttentionInput inputs;
    private final Tensor keysAndValuesOfAll;
    private final AttentionOperands operands;
    private final Tensor keysAndValues;
    private final Tensor gradient;
    private final Tensor gradientOfAll;

    /**
     * Makes room.
     *
     * @param inputs of all rows
     * @param keysAndValuesOfAll where those leave their keys and values, side by side
     * @param scratch in which they take the gradients
     * @param gradient {@link #room} for the derivative, which the layers of a model share; null for a model that only predicts
     */
    GatheredKeys(
            Workspace workspace,
            int width,
            AttentionInput inputs,
            Tensor keysAndValuesOfAll,
            AttentionGradients scratch,
            Tensor gradient) {
        backend = workspace.backend();
        this.inputs = inputs;
        this.keysAndValuesOfAll = keysAndValuesOfAll;
        this.gradient = gradient;
        boolean trains = scratch != null;
        keysAndValues = room(workspace, width);
        gradientOfAll = trains ? scratch.projected().slice(2, width, 3L * width) : null;
        operands = new AttentionOperands(
                inputs.operands().query(),
                keysAndValues.slice(2, 0, width),
                keysAndValues.slice(2, width, 2L * width),
                inputs.operands().queryGradient(),
                trains ? gradient.slice(2, 0, width) : null,
                trains ? gradient.slice(2, width, 2L * width) : null);
    }

    /** Room for keys and values, or for the derivative by them. */
    static Tensor room(Workspace workspace, int width) {
        return workspace.withRows(workspace.capacityKeys()).activation(2L * width);
    }

    @Override
    public PackedSequences keys(TokenRows rows) {
        return rows.keys();
    }

    @Override
    public void forward(TokenRows rows) {
        inputs.forward(rows);
        backend.embedding(rows.keys(), rows.keyRows(), null, keysAndValuesOfAll, null, keysAndValues);
    }

    @Override
    public void backward(TokenRows rows) {
        backend.fill(rows.sequences(), gradientOfAll, 0);
        backend.embeddingBackward(rows.keys(), rows.keyRows(), null, gradient, gradientOfAll, null);
        inputs.backward(rows);
    }

    @Override
    public AttentionOperands operands() {
        return operands;
    }
}
