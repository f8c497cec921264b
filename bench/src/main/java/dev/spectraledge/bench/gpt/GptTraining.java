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
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Language models as {@code sedge run text} trains them: AdamW, decay on matrices alone. Hidden layers are four times as wide as
 * the model.
 */
public enum GptTraining {
    /** 837,888 parameters, tokens are bytes; 4,096 a step. */
    NANO(32, new TransformerShape(256, 256, 128, 128, 4, 128, 4, 512, Gelu.ERF), false),
    /** 3,101,568 parameters, 4,096 tokens a step. */
    SMALL(16, new TransformerShape(2048, 2048, 256, 256, 6, 192, 6, 768, Gelu.ERF), false),
    /** The published model of 51,045,888 parameters, 2,048 tokens a step. */
    GPT51M(8, new TransformerShape(50_257, 50_257, 256, 256, 8, 512, 16, 2048, Gelu.ERF), false),
    /** GPT-2 itself, 124,439,808 parameters, 256 tokens a step. */
    GPT2(4, new TransformerShape(50_257, 50_257, 64, 1024, 12, 768, 12, 3072, Gelu.TANH), true);

    private static final int WINDOWS = 256;
    private static final OptimizerSettings ADAM_W = new OptimizerSettings(1e-3, 0.1, 0.9, 0.95, 1e-8, 0, 1);

    private final int batchSize;

    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
    private final TransformerShape shape;

    private final boolean biases;

    GptTraining(int batchSize, TransformerShape shape, boolean biases) {
        this.batchSize = batchSize;
        this.shape = shape;
        this.biases = biases;
    }

    public int vocabulary() {
        return shape.vocabulary();
    }

    /**
     * Floating-point operations of a step, twice its multiply-adds: forward and backward, of each row with all matrices, and of each
     * query with the keys before it. What is computed again is not counted.
     */
    public long operations() {
        long rows = (long) batchSize * shape.contextLength();
        long width = shape.width();
        long ofBlock = 4 * width * width + 2 * width * shape.feedForwardWidth();
        long matrices = shape.layers() * ofBlock + shape.vocabulary() * width;
        long attention = shape.layers() * width * shape.contextLength();
        return 6 * rows * (matrices + attention);
    }

    /** What its weights do not say of the model: {@code heads}, and {@code gelu}, which is {@code erf} or {@code tanh}. */
    public Map<String, String> facts() {
        return Map.of(
                "heads",
                Integer.toString(shape.heads()),
                "gelu",
                shape.gelu().name().toLowerCase(Locale.ROOT));
    }

    /** One run on given windows, each token of which has the one behind it as its label. */
    public TrainingSetup setup(Examples windows, DType precision, long seed) {
        return new TrainingSetup(
                List.of(new SplitData(windows, windows)),
                new GptArchitecture(shape, biases, false),
                0,
                new long[] {seed},
                List.of(ADAM_W),
                (target, settings) -> FusedOptimizer.adamW(target.decaying(DecayedParameters.MATRICES), settings),
                batchSize,
                Batching.PACKED,
                precision,
                LossGradient.ACCURATE,
                TrainingSetup.EVERYTHING,
                1);
    }

    /** Windows of a stream of random tokens of which the first are the most frequent ones: what they say costs no time. */
    public Examples windows(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int context = shape.contextLength();
        try (MemoryOwner owner = MemoryOwner.open("windows")) {
            Tensor tokens = Tensor.allocate(owner, DType.INT32, WINDOWS, context);
            Tensor labels = Tensor.allocate(owner, DType.INT32, WINDOWS, context);
            int token = 0;
            for (int window = 0; window < WINDOWS; window++) {
                for (int position = 0; position < context; position++) {
                    tokens.set(token, window, position);
                    token = (int) (vocabulary() * Math.pow(random.nextDouble(), 3));
                    labels.set(token, window, position);
                }
            }
            return LabelledSequences.ofLabelledTokens(
                    BenchmarkData.MEMORY, "windows", tokens, labels, vocabulary(), vocabulary());
        }
    }
}
