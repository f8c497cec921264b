package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;

/**
 * {@link DistinctInputs} of sequences that end in padding: queries of all rows, keys and values of the rows that are no
 * padding, which are {@link TokenRows#prefixes}.
 */
final class DistinctVisibleInputs implements AttentionInput {
    private final Backend backend;
    private final DistinctInputs inputs;
    private final AttentionOperands operands;
    private final Tensor keyValue;
    private final Tensor keyValueGradient;
    private final Tensor keyValueGradientOfAll;

    /**
     * Makes room.
     *
     * @param inputs of all rows
     * @param scratch in which those take the gradients
     */
    DistinctVisibleInputs(Workspace workspace, int width, DistinctInputs inputs, AttentionGradients scratch) {
        backend = workspace.backend();
        this.inputs = inputs;
        boolean trains = scratch != null;
        keyValue = workspace.activation(2L * width);
        keyValueGradient = trains ? workspace.activation(2L * width) : null;
        keyValueGradientOfAll = trains ? scratch.projected().slice(2, width, 3L * width) : null;
        operands = new AttentionOperands(
                inputs.operands().query(),
                keyValue.slice(2, 0, width),
                keyValue.slice(2, width, 2L * width),
                inputs.operands().queryGradient(),
                trains ? keyValueGradient.slice(2, 0, width) : null,
                trains ? keyValueGradient.slice(2, width, 2L * width) : null);
    }

    @Override
    public PackedSequences keys(TokenRows rows) {
        return rows.prefixes();
    }

    @Override
    public void forward(TokenRows rows) {
        inputs.forward(rows);
        backend.embedding(rows.prefixes(), rows.prefixRows(), null, inputs.keysAndValues(), null, keyValue);
    }

    @Override
    public void backward(TokenRows rows) {
        backend.fill(keyValueGradientOfAll, 0);
        backend.embeddingBackward(
                rows.prefixes(), rows.prefixRows(), null, keyValueGradient, keyValueGradientOfAll, null);
        inputs.backward(rows);
    }

    @Override
    public AttentionOperands operands() {
        return operands;
    }
}
