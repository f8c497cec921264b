package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import java.util.List;

/**
 * Everything that decides the numbers of a training: S runs of one shape side by side.
 *
 * @param paddingToken token of padded positions
 * @param seeds one per run
 * @param settings one per run
 * @param sgd plain SGD instead of AdamW
 * @param nesterov of SGD with momentum
 * @param clip largest global norm of the gradient
 */
public record TrainingSetup(
        SplitData data,
        TransformerShape shape,
        int paddingToken,
        long[] seeds,
        List<OptimizerSettings> settings,
        boolean sgd,
        boolean nesterov,
        double clip,
        int batchSize,
        Batching batching,
        DType precision) {
    /** S. */
    public int runs() {
        return seeds.length;
    }

    /** The optimiser of these runs. */
    FusedOptimizer optimizer(FusedOptimizer.Target target) {
        return sgd ? FusedOptimizer.sgd(target, settings, nesterov) : FusedOptimizer.adamW(target, settings);
    }
}
