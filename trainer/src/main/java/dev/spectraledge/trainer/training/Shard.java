package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.model.Architecture;
import dev.spectraledge.trainer.model.Model;
import dev.spectraledge.trainer.model.Workspace;

/** A worker's share of a step: one of several runs, or some of the sequences of the only run, with a gradient of its own. */
final class Shard {
    private final Backend backend;
    private final ExampleForm form;
    private final PackedBatch batch;
    private final Model model;
    private final Tensor gradient;
    private final Tensor statistics;

    /** @param workspace of one run */
    Shard(
            MemoryOwner owner,
            Architecture architecture,
            Workspace workspace,
            DType precision,
            ExampleForm form,
            int capacitySequences,
            int capacityRows) {
        this.form = form;
        backend = workspace.backend();
        batch = new PackedBatch(backend, owner, precision, form, 1, capacitySequences, capacityRows);
        model = architecture.create(workspace);
        gradient = workspace.gradients().flat();
        statistics = backend.allocate(owner, DType.FLOAT64, form.objectives(), 1, 3);
    }

    PackedBatch batch() {
        return batch;
    }

    Model model() {
        return model;
    }

    /** Gradient of this shard's part of the loss, {@code [1, P]}. */
    Tensor gradient() {
        return gradient;
    }

    /** Σ weight·loss of all objectives. */
    double loss() {
        double loss = 0;
        for (int objective = 0; objective < form.objectives(); objective++) {
            loss += statistics.run(objective).run(0).getDouble(0);
        }
        return loss;
    }

    void differentiate() {
        backend.fill(gradient, 0);
        backend.fill(statistics, 0);
        model.differentiate(batch, statistics);
    }
}
