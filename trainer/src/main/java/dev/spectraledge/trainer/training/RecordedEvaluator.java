package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.HostMirror;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.SequenceDataset;
import dev.spectraledge.trainer.model.CausalTransformer;
import java.util.ArrayList;
import java.util.List;

/**
 * Loss and accuracy over a whole data set, token-weighted, for all runs, as one recording. Each distinct sequence is
 * brought to the backend's memory once, when the evaluator is made.
 */
final class RecordedEvaluator implements AutoCloseable {
    private final Backend backend;
    private final CausalTransformer model;
    private final List<PackedBatch> batches = new ArrayList<>();
    private final Tensor statistics;
    private final HostMirror mirror;
    private final RecordedOperations operations;

    /** @param batchRows rows of one batch at most, unless one sequence has more; what the model has room for */
    RecordedEvaluator(
            Backend backend,
            MemoryOwner owner,
            CausalTransformer model,
            SequenceDataset data,
            int paddingToken,
            DType precision,
            int runs,
            int batchRows) {
        this.backend = backend;
        this.model = model;
        DistinctSequences sequences = new DistinctSequences(data, paddingToken);
        for (List<Integer> members : sequences.batches(0, 1, batchRows)) {
            PackedBatch batch =
                    new PackedBatch(backend, owner, precision, runs, members.size(), sequences.rows(members));
            try (MemoryOwner staging = MemoryOwner.open("evaluation batch")) {
                PackedBatch staged = batch.onHost(staging);
                for (int run = 0; run < runs; run++) {
                    sequences.append(members, staged, run);
                }
                staged.copyRows(backend, batch);
            }
            batches.add(batch);
        }
        statistics = backend.allocate(owner, DType.FLOAT64, runs, 3);
        mirror = backend.mirror(owner, statistics);
        operations = new RecordedOperations(backend, this::addUp);
    }

    private void addUp() {
        backend.fill(statistics, 0);
        for (int i = 0; i < batches.size(); i++) {
            model.evaluate(batches.get(i), statistics);
        }
    }

    /** One result per run. */
    Evaluation[] evaluate() {
        operations.run();
        mirror.download();
        mirror.await();
        Tensor sums = mirror.values();
        Evaluation[] results = new Evaluation[(int) sums.size(0)];
        for (int run = 0; run < results.length; run++) {
            double weight = sums.get(run, 2);
            results[run] = new Evaluation(sums.get(run, 0) / weight, sums.get(run, 1) / weight);
        }
        return results;
    }

    @Override
    public void close() {
        operations.close();
    }
}
