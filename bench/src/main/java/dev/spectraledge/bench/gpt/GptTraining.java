package dev.spectraledge.bench.gpt;

import dev.spectraledge.bench.BenchmarkData;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.LabelledSequences;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.step.TrainingSetup;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Language models as {@code sedge run text} trains them: AdamW, decay on matrices alone, 4,096 tokens a step. Heads are 32 wide,
 * hidden layers four times as wide as the model.
 */
public enum GptTraining {
    /** 837,888 parameters, tokens are bytes. */
    NANO(256, 4, 128, 128),
    /** 3,101,568 parameters. */
    SMALL(2048, 6, 192, 256);

    private static final int TOKENS = 4096;
    private static final int HEAD_WIDTH = 32;
    private static final int WINDOWS = 256;
    private static final OptimizerSettings ADAM_W = new OptimizerSettings(1e-3, 0.1, 0.9, 0.95, 1e-8, 0, 1);

    private final int vocabulary;
    private final int layers;
    private final int width;
    private final int context;

    GptTraining(int vocabulary, int layers, int width, int context) {
        this.vocabulary = vocabulary;
        this.layers = layers;
        this.width = width;
        this.context = context;
    }

    private GptArchitecture architecture() {
        return new GptArchitecture(
                new TransformerShape(
                        vocabulary,
                        vocabulary,
                        context,
                        context,
                        layers,
                        width,
                        width / HEAD_WIDTH,
                        4 * width,
                        Gelu.ERF),
                false,
                false);
    }

    public int vocabulary() {
        return vocabulary;
    }

    /** One run on given windows, each token of which has the one behind it as its label. */
    public TrainingSetup setup(Examples windows, DType precision, long seed) {
        return new TrainingSetup(
                List.of(new SplitData(windows, windows)),
                architecture(),
                0,
                new long[] {seed},
                List.of(ADAM_W),
                (target, settings) -> FusedOptimizer.adamW(target.decaying(DecayedParameters.MATRICES), settings),
                TOKENS / context,
                Batching.PACKED,
                precision,
                LossGradient.ACCURATE,
                TrainingSetup.EVERYTHING,
                1);
    }

    /** Windows of a stream of random tokens of which the first are the most frequent ones: what they say costs no time. */
    public Examples windows(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (MemoryOwner owner = MemoryOwner.open("windows")) {
            Tensor tokens = Tensor.allocate(owner, DType.INT32, WINDOWS, context);
            Tensor labels = Tensor.allocate(owner, DType.INT32, WINDOWS, context);
            int token = 0;
            for (int window = 0; window < WINDOWS; window++) {
                for (int position = 0; position < context; position++) {
                    tokens.set(token, window, position);
                    token = (int) (vocabulary * Math.pow(random.nextDouble(), 3));
                    labels.set(token, window, position);
                }
            }
            return LabelledSequences.ofLabelledTokens(
                    BenchmarkData.MEMORY, "windows", tokens, labels, vocabulary, vocabulary);
        }
    }
}
