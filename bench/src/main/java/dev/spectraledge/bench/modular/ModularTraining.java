package dev.spectraledge.bench.modular;

import dev.spectraledge.bench.BenchmarkData;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.model.SequenceClassifierArchitecture;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.task.modular.ModularArithmetic;
import dev.spectraledge.trainer.task.modular.ModularOperation;
import java.util.Collections;
import java.util.List;

/** Addition modulo 97 as published: 290,401 parameters, batches of 512, AdamW, weight decay 1. */
public final class ModularTraining {

    /** p, the number of tokens and of classes. */
    public static final int PRIME = 97;

    private static final int BATCH = 512;
    private static final TransformerShape SHAPE =
            new TransformerShape(PRIME, PRIME, ModularArithmetic.OPERANDS, 2, 2, 128, 4, 256, Gelu.ERF);
    private static final OptimizerSettings ADAM_W = new OptimizerSettings(1e-3, 1, 0.9, 0.98, 1e-8, 0, 1);

    private ModularTraining() {}

    /** One run for each seed, with the same data. */
    public static TrainingSetup setup(SplitData data, Batching batching, DType precision, long... seeds) {
        return new TrainingSetup(
                Collections.nCopies(seeds.length, data),
                new SequenceClassifierArchitecture(SHAPE, List.of(ModularOperation.ADD.key())),
                0,
                seeds,
                Collections.nCopies(seeds.length, ADAM_W),
                FusedOptimizer::adamW,
                BATCH,
                batching,
                precision);
    }

    /** Half of all pairs to train on. */
    public static SplitData data(long seed) {
        return new ModularArithmetic(List.of(ModularOperation.ADD), PRIME, 0.5).generate(BenchmarkData.MEMORY, seed);
    }
}
