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
    private final List<List<PackedBatch>> batches = new ArrayList<>();
    private final Tensor[] statistics;
    private final Workers.Task task = this::evaluateShard;

    /**
     * @param runsApart whether each shard has runs of its own; otherwise all shards share the only run and its data
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
        statistics = new Tensor[shards.length];
        int[] multiplicity = new int[data.size()];
        for (int sequence = 0; sequence < data.size(); sequence++) {
            multiplicity[data.representative(sequence)]++;
        }
        for (int shard = 0; shard < shards.length; shard++) {
            int runs = shards[shard].batch().sequences().runs();
            statistics[shard] = backend.allocate(owner, DType.FLOAT64, runs, 3);
            DType precision = shards[shard].gradient().type();
            List<PackedBatch> own = new ArrayList<>();
            int share = runsApart ? 0 : shard;
            int shares = runsApart ? 1 : shards.length;
            int[] members = members(data, multiplicity, share, shares);
            int next = 0;
            while (next < members.length) {
                int end = next;
                int rows = 0;
                while (end < members.length && rows + data.length(members[end]) <= batchRows) {
                    rows += data.length(members[end++]);
                }
                PackedBatch batch = new PackedBatch(backend, owner, precision, runs, end - next, rows);
                for (int run = 0; run < runs; run++) {
                    for (int i = next; i < end; i++) {
                        batch.append(run, data, members[i], 0, paddingToken, multiplicity[members[i]]);
                    }
                }
                own.add(batch);
                next = end;
            }
            batches.add(own);
        }
    }

    private static int[] members(SequenceDataset data, int[] multiplicity, int share, int shares) {
        List<Integer> distinct = new ArrayList<>();
        for (int sequence = 0; sequence < data.size(); sequence++) {
            if (multiplicity[sequence] > 0 && data.length(sequence) > 0) {
                distinct.add(sequence);
            }
        }
        List<Integer> own = new ArrayList<>();
        for (int i = share; i < distinct.size(); i += shares) {
            own.add(distinct.get(i));
        }
        return own.stream().mapToInt(Integer::intValue).toArray();
    }

    private void evaluateShard(int worker) {
        if (worker >= shards.length) {
            return;
        }
        backend.fill(statistics[worker], 0);
        CausalTransformer model = shards[worker].model();
        List<PackedBatch> own = batches.get(worker);
        for (int i = 0; i < own.size(); i++) {
            model.evaluate(own.get(i), statistics[worker]);
        }
    }

    /** One result per run. */
    Evaluation[] evaluate(int runs) {
        workers.run(task);
        double[][] sums = new double[runs][3];
        for (int shard = 0; shard < shards.length; shard++) {
            for (int run = 0; run < statistics[shard].size(0); run++) {
                for (int column = 0; column < 3; column++) {
                    sums[shards[shard].firstRun() + run][column] += statistics[shard].get(run, column);
                }
            }
        }
        Evaluation[] results = new Evaluation[runs];
        for (int run = 0; run < runs; run++) {
            results[run] = new Evaluation(sums[run][0] / sums[run][2], sums[run][1] / sums[run][2]);
        }
        return results;
    }
}
