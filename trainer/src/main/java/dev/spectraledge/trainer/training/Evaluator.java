package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.SequenceDataset;
import dev.spectraledge.trainer.model.CausalTransformer;
import java.util.ArrayList;
import java.util.List;

/**
 * Loss and accuracy over a whole data set, token-weighted. Each distinct sequence is packed once, when the evaluator is
 * made, in batches that fit the models of the training step.
 */
final class Evaluator {
    private final Backend backend;
    private final Workers workers;
    private final Shard[] shards;
    private final boolean runsApart;
    /** Of each shard; runs that are apart read the same ones. */
    private final List<List<PackedBatch>> batches = new ArrayList<>();

    private final Tensor[] statistics;
    private final Workers.Task task = this::evaluateShards;

    /**
     * @param runsApart whether each shard is a run; otherwise all shards share the only run and its data
     * @param batchRows rows of one batch at most
     */
    Evaluator(
            Backend backend,
            MemoryOwner owner,
            Workers workers,
            Shard[] shards,
            boolean runsApart,
            SequenceDataset data,
            int paddingToken,
            int batchRows) {
        this.backend = backend;
        this.workers = workers;
        this.shards = shards;
        this.runsApart = runsApart;
        statistics = new Tensor[shards.length];
        DistinctSequences sequences = new DistinctSequences(data, paddingToken);
        DType precision = shards[0].gradient().type();
        int shares = runsApart ? 1 : shards.length;
        for (int shard = 0; shard < shards.length; shard++) {
            statistics[shard] = backend.allocate(owner, DType.FLOAT64, 1, 3);
            if (shard >= shares) {
                batches.add(batches.getFirst());
                continue;
            }
            List<PackedBatch> own = new ArrayList<>();
            for (List<Integer> members : sequences.batches(shard, shares, batchRows)) {
                PackedBatch batch =
                        new PackedBatch(backend, owner, precision, 1, members.size(), sequences.rows(members));
                sequences.append(members, batch, 0);
                own.add(batch);
            }
            batches.add(own);
        }
    }

    private void evaluateShards(int worker) {
        for (int shard = worker; shard < shards.length; shard += workers.count()) {
            backend.fill(statistics[shard], 0);
            CausalTransformer model = shards[shard].model();
            List<PackedBatch> own = batches.get(shard);
            for (int i = 0; i < own.size(); i++) {
                model.evaluate(own.get(i), statistics[shard]);
            }
        }
    }

    /** One result per run. */
    Evaluation[] evaluate() {
        workers.run(task);
        double[][] sums = new double[runsApart ? shards.length : 1][3];
        for (int shard = 0; shard < shards.length; shard++) {
            for (int column = 0; column < 3; column++) {
                sums[runsApart ? shard : 0][column] += statistics[shard].get(0, column);
            }
        }
        Evaluation[] results = new Evaluation[sums.length];
        for (int run = 0; run < sums.length; run++) {
            results[run] = new Evaluation(sums[run][0] / sums[run][2], sums[run][1] / sums[run][2]);
        }
        return results;
    }
}
