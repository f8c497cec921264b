package dev.spectraledge.bench.scan;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.model.EncoderDecoderArchitecture;
import dev.spectraledge.trainer.model.EncoderDecoderShape;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.task.scan.ScanTokens;
import java.util.List;

/** SCAN as published: 3,979,529 parameters, batches of 256, AdamW, weight decay 1; padded commands are attended to. */
public final class ScanTraining {
    private static final int BATCH = 256;
    private static final int COMMAND = 11;
    private static final int CONTEXT = 50;
    private static final EncoderDecoderShape SHAPE = new EncoderDecoderShape(
            new TransformerShape(ScanTokens.COMMANDS, 0, COMMAND, COMMAND, 3, 256, 4, 512, Gelu.ERF),
            new TransformerShape(ScanTokens.ACTIONS, ScanTokens.ACTIONS, CONTEXT, CONTEXT, 3, 256, 4, 512, Gelu.ERF),
            true);
    private static final OptimizerSettings ADAM_W = new OptimizerSettings(1e-4, 1, 0.9, 0.98, 1e-8, 0, 1);

    private ScanTraining() {}

    /** One run in float32. */
    public static TrainingSetup setup(SplitData data, Batching batching, long seed) {
        return new TrainingSetup(
                List.of(data),
                new EncoderDecoderArchitecture(SHAPE),
                ScanTokens.PADDING,
                new long[] {seed},
                List.of(ADAM_W),
                FusedOptimizer::adamW,
                BATCH,
                batching,
                DType.FLOAT32);
    }
}
