package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;

/**
 * The residual stream {@code [S, capacity, width]} at one place of a model.
 *
 * @param gradient derivative by it while the backward passes here, of all places in the same memory; null for a model that
 *     only predicts
 */
record ResidualStream(Tensor values, Tensor gradient) {
    /** The first rows of sequences of one length. */
    ResidualStream firstRows(int length) {
        return new ResidualStream(values.every(1, length), gradient == null ? null : gradient.every(1, length));
    }

    /** Another place of the same model. */
    ResidualStream at(Tensor otherValues) {
        return new ResidualStream(otherValues, gradient);
    }
}
