package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.trainer.data.TokenRows;

/**
 * What a block makes of its input before attention to itself: the first layer norm and the projections to queries, keys and
 * values.
 */
interface AttentionInput {
    /** Where the projections are, and where attention leaves the derivatives by them. */
    AttentionOperands operands();

    /** The rows that have queries, which are those that the block computes. */
    default PackedSequences queries(TokenRows rows) {
        return rows.sequences();
    }

    /** The rows that have keys and values. */
    default PackedSequences keys(TokenRows rows) {
        return rows.sequences();
    }

    void forward(TokenRows rows);

    /**
     * Takes the gradients that attention has left; adds the gradients of its parameters, and to the gradient of the residual
     * stream what has flowed through it.
     */
    void backward(TokenRows rows);
}
