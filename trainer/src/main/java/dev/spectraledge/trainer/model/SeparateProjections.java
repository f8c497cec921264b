package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/**
 * The packed projection of PyTorch where queries are made of other rows than keys and values: the first rows of its weight
 * are W_Q, the others W_K and W_V.
 */
final class SeparateProjections {
    private final Linear queryProjection;
    private final Linear keyValueProjection;
    private final Tensor query;
    private final Tensor keyValue;
    private final Tensor key;
    private final Tensor value;

    /**
     * Makes room.
     *
     * @param packed rows of W_Q, W_K, W_V
     * @param ofKeys has room for the rows with keys and values
     */
    SeparateProjections(Workspace workspace, Workspace ofKeys, LinearNames packed, int width) {
        queryProjection = new Linear(workspace, packed, 0, width);
        keyValueProjection = new Linear(ofKeys, packed, width, 3L * width);
        query = workspace.activation(width);
        keyValue = ofKeys.activation(2L * width);
        key = keyValue.slice(2, 0, width);
        value = keyValue.slice(2, width, 2L * width);
    }

    void forwardQueries(Rows rows, Tensor input) {
        queryProjection.forward(rows, input, query);
    }

    void forwardKeysAndValues(Rows rows, Tensor input) {
        keyValueProjection.forward(rows, input, keyValue);
    }

    /** Overwrites {@code inputGradient}. */
    void backwardQueries(Rows rows, Tensor gradient, Tensor input, Tensor inputGradient) {
        queryProjection.backward(rows, gradient, input, inputGradient);
    }

    /** Overwrites {@code inputGradient}. */
    void backwardKeysAndValues(Rows rows, Tensor gradient, Tensor input, Tensor inputGradient) {
        keyValueProjection.backward(rows, gradient, input, inputGradient);
    }

    Tensor query() {
        return query;
    }

    Tensor key() {
        return key;
    }

    Tensor value() {
        return value;
    }
}
