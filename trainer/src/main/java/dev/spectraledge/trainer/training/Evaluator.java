package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Loss and accuracy over a whole data set, token-weighted. The sequences are laid out once, when the evaluator is made.
 */
final class Evaluator {
    private final Backend backend;
    private final Workers workers;
    private final List<Model> models;
    private final boolean runsApart;
    /** Of each shard; runs that share their data read the same ones. */
    private final List<List<PackedBatch>> batches = new ArrayList<>();

    private final ExampleForm form;
    private final Tensor[] statistics;
    private final Workers.Task task = this::evaluateShards;

    /**
     * @param runsApart whether each shard is a run; otherwise all shards share the only run and its data
     * @param data one per run
     */
    Evaluator(
            Backend backend,
            MemoryOwner owner,
            Workers workers,
            EvaluationPlan plan,
            boolean runsApart,
            List<EvaluationSet> data) {
        this.backend = backend;
        this.workers = workers;
        models = plan.models();
        this.runsApart = runsApart;
        int shards = models.size();
        statistics = new Tensor[shards];
        form = data.getFirst().examples().form();
        for (int shard = 0; shard < shards; shard++) {
            statistics[shard] = backend.allocate(owner, DType.FLOAT64, form.accuracies(), 1, 3);
            int sharing = runsApart ? data.indexOf(data.get(shard)) : shard;
            if (sharing < shard) {
                batches.add(batches.get(sharing));
            } else if (runsApart) {
                batches.add(plan.layout().batches(data.get(shard), 0, 1));
            } else {
                batches.add(plan.layout().batches(data.getFirst(), shard, shards));
            }
        }
    }

    private void evaluateShards(int worker) {
        for (int shard = worker; shard < models.size(); shard += workers.count()) {
            backend.fill(statistics[shard], 0);
            Model model = models.get(shard);
            List<PackedBatch> own = batches.get(shard);
            for (int i = 0; i < own.size(); i++) {
                model.evaluate(own.get(i), statistics[shard]);
            }
        }
    }

    /** One result per run. */
    Evaluation[] evaluate() {
        workers.run(task);
        double[][][] sums = new double[runsApart ? models.size() : 1][form.accuracies()][3];
        for (int shard = 0; shard < models.size(); shard++) {
            for (int accuracy = 0; accuracy < form.accuracies(); accuracy++) {
                for (int column = 0; column < 3; column++) {
                    sums[runsApart ? shard : 0][accuracy][column] += statistics[shard].get(accuracy, 0, column);
                }
            }
        }
        return Arrays.stream(sums).map(ofRun -> Evaluation.of(form, ofRun)).toArray(Evaluation[]::new);
    }
}
