package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.PrefixTree;
import dev.spectraledge.trainer.data.SequenceDataset;
import dev.spectraledge.trainer.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How data sets are evaluated: by which models, one for each shard, and in which batches. Each distinct sequence is computed
 * once, weighted by how often it is there.
 *
 * @param models of the shards
 * @param layout the batches that suit them
 */
record EvaluationPlan(List<Model> models, Layout layout) {
    /** Cuts a share of a data set into batches, which stay for as long as their owner. */
    @FunctionalInterface
    interface Layout {
        List<PackedBatch> batches(SequenceDataset data, int share, int shares);
    }

    /**
     * Whole sequences.
     *
     * @param models with room for such batches
     * @param rows of one batch at most, unless one sequence has more
     * @param sources sequences of one batch at most where they answer a source
     */
    static EvaluationPlan ofWholeSequences(
            Backend backend,
            MemoryOwner owner,
            DType precision,
            List<Model> models,
            int paddingToken,
            int rows,
            int sources) {
        return new EvaluationPlan(models, (data, share, shares) -> {
            DistinctSequences sequences = new DistinctSequences(data, paddingToken);
            List<PackedBatch> batches = new ArrayList<>();
            for (List<Integer> members : sequences.batches(share, shares, rows, sources)) {
                PackedBatch batch = sequences.room(backend, owner, precision, 1, members);
                sequences.append(members, batch, 0);
                batches.add(batch);
            }
            return batches;
        });
    }

    /**
     * What sequences have in common is computed once.
     *
     * @param models with room for such batches
     * @param rows of one batch at most, unless one sequence has more
     * @param keys likewise, each row counted for all sequences that have it
     */
    static EvaluationPlan ofSharedPrefixes(
            Backend backend, MemoryOwner owner, DType precision, List<Model> models, int rows, int keys) {
        return new EvaluationPlan(
                models,
                (data, share, shares) ->
                        PrefixTree.of(data, IntStream.range(0, data.size())).parts(share, shares, rows, keys).stream()
                                .map(part -> PackedBatch.of(backend, owner, precision, data, part))
                                .toList());
    }
}
