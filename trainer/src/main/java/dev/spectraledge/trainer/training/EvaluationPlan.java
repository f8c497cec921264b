package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.PrefixTree;
import dev.spectraledge.trainer.model.Model;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * How data sets are evaluated: by which models, one for each shard, and in which batches. Each distinct sequence is computed
 * once, weighted by how often it is there.
 *
 * @param models of the shards
 * @param layout the batches that suit them
 */
record EvaluationPlan(List<Model> models, Layout layout) {
    /** Rows that sequences see, for each row that is kept: about what the published test set of Dyck words has. */
    private static final int KEYS_OF_ROW = 3;

    /** Cuts a share of what models are judged by into batches, which stay for as long as their owner. */
    @FunctionalInterface
    interface Layout {
        List<PackedBatch> batches(EvaluationSet set, int share, int shares);
    }

    /**
     * Whole sequences.
     *
     * @param models with room for such batches
     * @param rows of one batch at most, unless one sequence has more
     */
    static EvaluationPlan ofWholeSequences(
            Backend backend, MemoryOwner owner, TrainingSetup setup, List<Model> models, int rows) {
        return new EvaluationPlan(models, (set, share, shares) -> {
            List<PackedBatch> batches = new ArrayList<>();
            for (int[] members : set.batches(share, shares, rows, setup.batchSize())) {
                PackedBatch batch = set.room(backend, owner, setup.precision(), 1, members);
                set.append(members, batch, 0, setup.paddingToken());
                batches.add(batch);
            }
            return batches;
        });
    }

    /**
     * What sequences have in common is computed once, by models that only predict.
     *
     * @param parameters of the shards
     * @param workers each of which takes every so many-th shard, whose models take turns
     * @param rows of one batch at most
     */
    static EvaluationPlan ofSharedPrefixes(
            Backend backend,
            MemoryOwner owner,
            TrainingSetup setup,
            List<Parameters> parameters,
            int workers,
            int rows) {
        int keys = KEYS_OF_ROW * rows;
        List<Model> models = new ArrayList<>();
        Workspace[] workspaces = new Workspace[workers];
        for (Parameters own : parameters) {
            int worker = models.size() % workers;
            workspaces[worker] = workspaces[worker] == null
                    ? new Workspace(backend, owner, setup.precision(), 1, rows, own, null).withSharedPrefixes(keys)
                    : workspaces[worker].inTurns(own, null);
            models.add(setup.architecture().create(workspaces[worker]));
        }
        return new EvaluationPlan(
                models,
                (set, share, shares) -> PrefixTree.of(set).parts(share, shares, rows, keys).stream()
                        .map(part -> PackedBatch.of(backend, owner, setup.precision(), set.examples(), part))
                        .toList());
    }
}
