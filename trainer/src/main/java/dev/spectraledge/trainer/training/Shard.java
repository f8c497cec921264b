package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.model.CausalTransformer;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.model.Workspace;

/** One worker's share of a step: some of the runs, or some of the sequences of the only run, with a gradient of its own. */
final class Shard {
    private final Backend backend;
    private final int firstRun;
    private final PackedBatch batch;
    private final CausalTransformer model;
    private final Tensor gradient;
    private final Tensor statistics;

    /**
     * @param parameters of the runs of this shard
     * @param gradients of the same runs
     */
    Shard(
            Backend backend,
            MemoryOwner owner,
            TransformerShape shape,
            int firstRun,
            Parameters parameters,
            Parameters gradients,
            int capacitySequences,
            int capacityRows) {
        this.backend = backend;
        this.firstRun = firstRun;
        DType precision = parameters.flat().type();
        int runs = Math.toIntExact(parameters.flat().size(0));
        batch = new PackedBatch(backend, owner, precision, runs, capacitySequences, capacityRows);
        model = new CausalTransformer(
                new Workspace(backend, owner, precision, runs, capacityRows, parameters, gradients), shape);
        gradient = gradients.flat();
        statistics = backend.allocate(owner, DType.FLOAT64, runs, 3);
    }

    int firstRun() {
        return firstRun;
    }

    PackedBatch batch() {
        return batch;
    }

    CausalTransformer model() {
        return model;
    }

    /** Gradient of this shard's part of the loss, {@code [runs, P]}. */
    Tensor gradient() {
        return gradient;
    }

    /** Σ weight·loss of one of this shard's runs. */
    double loss(int run) {
        return statistics.run(run - firstRun).getDouble(0);
    }

    void differentiate() {
        backend.fill(gradient, 0);
        backend.fill(statistics, 0);
        model.differentiate(batch, statistics);
    }
}
