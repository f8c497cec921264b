package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;

/**
 * What attention computes from, and where it leaves the derivatives by it. All tensors stay the same from batch to batch.
 *
 * @param queryGradient where attention leaves the derivative by the queries; null, as the others, for a model that only
 *     predicts
 */
record AttentionOperands(
        Tensor query, Tensor key, Tensor value, Tensor queryGradient, Tensor keyGradient, Tensor valueGradient) {
    /** @param gradients null for a model that only predicts */
    static AttentionOperands of(Tensor query, Tensor key, Tensor value, AttentionGradients gradients) {
        return gradients == null
                ? new AttentionOperands(query, key, value, null, null, null)
                : new AttentionOperands(query, key, value, gradients.query(), gradients.key(), gradients.value());
    }

    /** @param gradients null for a model that only predicts */
    static AttentionOperands of(Tensor query, Tensor key, Tensor value, CrossGradients gradients) {
        return gradients == null
                ? new AttentionOperands(query, key, value, null, null, null)
                : new AttentionOperands(query, key, value, gradients.query(), gradients.key(), gradients.value());
    }
}
