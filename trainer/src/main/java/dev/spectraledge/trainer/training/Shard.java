package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.model.CausalTransformer;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.model.Workspace;

/** A worker's share of a step: one of several runs, or some of the sequences of the only run, with a gradient of its own. */
final class Shard {
    private final Backend backend;
    private final PackedBatch batch;
    private final CausalTransformer model;
    private final Tensor gradient;
    private final Tensor statistics;

    /** @param workspace of one run */
    Shard(
            MemoryOwner owner,
            TransformerShape shape,
            Workspace workspace,
            DType precision,
            int capacitySequences,
            int capacityRows) {
        backend = workspace.backend();
        batch = new PackedBatch(backend, owner, precision, 1, capacitySequences, capacityRows);
        model = new CausalTransformer(workspace, shape);
        gradient = workspace.gradients().flat();
        statistics = backend.allocate(owner, DType.FLOAT64, 1, 3);
    }

    PackedBatch batch() {
        return batch;
    }

    CausalTransformer model() {
        return model;
    }

    /** Gradient of this shard's part of the loss, {@code [1, P]}. */
    Tensor gradient() {
        return gradient;
    }

    /** Σ weight·loss. */
    double loss() {
        return statistics.run(0).getDouble(0);
    }

    void differentiate() {
        backend.fill(gradient, 0);
        backend.fill(statistics, 0);
        model.differentiate(batch, statistics);
    }
}
