package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;

/**
 * What the layers of one shard compute with: the backend, the parameters θ, the gradient that this shard adds to, and
 * room for the activations of its largest batch.
 *
 * @param gradients null for a model that only predicts
 * @param capacityRows rows per run
 */
public record Workspace(
        Backend backend,
        MemoryOwner owner,
        DType precision,
        int runs,
        int capacityRows,
        Parameters parameters,
        Parameters gradients) {
    /** A new activation {@code [S, capacity, width]}. */
    public Tensor activation(long width) {
        return backend.allocate(owner, precision, runs, capacityRows, width);
    }

    /** A new value per row, {@code [S, capacity]}. */
    public Tensor perRow() {
        return backend.allocate(owner, precision, runs, capacityRows);
    }

    Tensor parameter(String name) {
        return parameters.get(name);
    }

    Tensor gradient(String name) {
        return gradients == null ? null : gradients.get(name);
    }
}
