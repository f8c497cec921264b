package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.model.Parameters;
import java.util.List;
import java.util.Map;

/**
 * What the lanes of a training share.
 *
 * @param gradients where those of whole batches are left
 * @param statistics FLOAT64 {@code [objectives, shares, 3]}, in the order of {@link Lanes#shares}
 * @param ended of each run, whether nothing is computed for it any more
 * @param trainSets what each run is judged by of what it is trained on
 * @param testSets the same of the test set
 * @param evaluated the batches of whole sets, which runs share that are judged by the same one
 */
record StepMemory(
        Backend backend,
        MemoryOwner owner,
        TrainingSetup setup,
        Parameters parameters,
        Parameters gradients,
        Tensor statistics,
        boolean[] ended,
        List<EvaluationSet> trainSets,
        List<EvaluationSet> testSets,
        Map<EvaluationSet, List<PackedBatch>> evaluated) {
    /** {@code [objectives, shares, 3]} of some of the shares. */
    Tensor statistics(int from, int to) {
        return statistics.slice(1, from, to);
    }
}
