package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.SequenceDataset;
import dev.spectraledge.trainer.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
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
    /** Of each shard; runs that share their data read the same ones. */
    private final List<List<PackedBatch>> batches = new ArrayList<>();

    private final ExampleForm form;
    private final Tensor[] statistics;
    private final Workers.Task task = this::evaluateShards;

    /**
     * @param runsApart whether each shard is a run; otherwise all shards share the only run and its data
     * @param data one per run
     * @param batchRows rows of one batch at most
     * @param batchSources sequences of one batch at most where they answer a source
     */
    Evaluator(
            Backend backend,
            MemoryOwner owner,
            Workers workers,
            Shard[] shards,
            boolean runsApart,
            List<SequenceDataset> data,
            int paddingToken,
            int batchRows,
            int batchSources) {
        this.backend = backend;
        this.workers = workers;
        this.shards = shards;
        this.runsApart = runsApart;
        statistics = new Tensor[shards.length];
        form = data.getFirst().form();
        DType precision = shards[0].gradient().type();
        for (int shard = 0; shard < shards.length; shard++) {
            statistics[shard] = backend.allocate(owner, DType.FLOAT64, form.accuracies(), 1, 3);
            int sharing = runsApart ? data.indexOf(data.get(shard)) : shard;
            if (sharing < shard) {
                batches.add(batches.get(sharing));
                continue;
            }
            DistinctSequences sequences = new DistinctSequences(data.get(runsApart ? shard : 0), paddingToken);
            List<PackedBatch> own = new ArrayList<>();
            for (List<Integer> members :
                    sequences.batches(runsApart ? 0 : shard, runsApart ? 1 : shards.length, batchRows, batchSources)) {
                PackedBatch batch = sequences.room(backend, owner, precision, 1, members);
                sequences.append(members, batch, 0);
                own.add(batch);
            }
            batches.add(own);
        }
    }

    private void evaluateShards(int worker) {
        for (int shard = worker; shard < shards.length; shard += workers.count()) {
            backend.fill(statistics[shard], 0);
            Model model = shards[shard].model();
            List<PackedBatch> own = batches.get(shard);
            for (int i = 0; i < own.size(); i++) {
                model.evaluate(own.get(i), statistics[shard]);
            }
        }
    }

    /** One result per run. */
    Evaluation[] evaluate() {
        workers.run(task);
        double[][][] sums = new double[runsApart ? shards.length : 1][form.accuracies()][3];
        for (int shard = 0; shard < shards.length; shard++) {
            for (int accuracy = 0; accuracy < form.accuracies(); accuracy++) {
                for (int column = 0; column < 3; column++) {
                    sums[runsApart ? shard : 0][accuracy][column] += statistics[shard].get(accuracy, 0, column);
                }
            }
        }
        return Arrays.stream(sums).map(ofRun -> Evaluation.of(form, ofRun)).toArray(Evaluation[]::new);
    }
}
