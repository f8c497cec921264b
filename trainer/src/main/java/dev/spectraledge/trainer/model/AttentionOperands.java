package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;

/** What attention computes from, and where it leaves the derivatives by it. All tensors stay the same from batch to batch. */
interface AttentionOperands {
    Tensor query();

    Tensor key();

    Tensor value();

    /** Where attention leaves the derivative by the queries. */
    Tensor queryGradient();

    Tensor keyGradient();

    Tensor valueGradient();
}
