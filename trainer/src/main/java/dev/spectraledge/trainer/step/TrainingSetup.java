package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.data.BatchPacker;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PrefixTree;
import dev.spectraledge.trainer.data.ShareCapacity;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.data.ValidationSet;
import dev.spectraledge.trainer.model.Architecture;
import dev.spectraledge.trainer.optimizer.OptimizerFactory;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Everything that decides the numbers of a training: S runs of one shape side by side.
 *
 * @param data of each run, all of one size and form; those of runs that share data are the same object
 * @param paddingToken token of padded positions
 * @param seeds one per run
 * @param settings one per run
 * @param optimizer of all runs, such as {@code FusedOptimizer::adamW}
 * @param lossGradient how the derivative of the loss is computed
 * @param evaluationTokens about so many tokens of the training set and of the test set are what the models are judged by
 * @param accumulation batches whose gradients are added up for a step
 */
public record TrainingSetup(
        List<SplitData> data,
        Architecture architecture,
        int paddingToken,
        long[] seeds,
        List<OptimizerSettings> settings,
        OptimizerFactory optimizer,
        int batchSize,
        Batching batching,
        DType precision,
        LossGradient lossGradient,
        long evaluationTokens,
        int accumulation) {
    /** More tokens than there are anywhere. */
    public static final long EVERYTHING = Long.MAX_VALUE;

    /** More than these are not evaluated at once. */
    static final int EVALUATION_ROWS = 1024;

    private static final PhiloxKey TYPICAL = new PhiloxKey(0, 0x726f7773);

    public TrainingSetup {
        data = List.copyOf(data);
        if (data.size() != seeds.length) {
            throw new IllegalArgumentException(data.size() + " data sets for " + seeds.length + " runs");
        }
        if (batching == Batching.PREFIXES && !architecture.sharesPrefixes()) {
            throw new IllegalArgumentException("batches can share prefixes only where a model is causal");
        }
        Examples first = data.getFirst().train();
        for (SplitData own : data) {
            if (own.train().size() != first.size() || !own.train().form().equals(first.form())) {
                throw new IllegalArgumentException("runs side by side need data of one size and kind");
            }
        }
    }

    /** With the accurate derivative of the loss, of one batch a step, and judged by everything. */
    public TrainingSetup(
            List<SplitData> data,
            Architecture architecture,
            int paddingToken,
            long[] seeds,
            List<OptimizerSettings> settings,
            OptimizerFactory optimizer,
            int batchSize,
            Batching batching,
            DType precision) {
        this(
                data,
                architecture,
                paddingToken,
                seeds,
                settings,
                optimizer,
                batchSize,
                batching,
                precision,
                LossGradient.ACCURATE,
                EVERYTHING,
                1);
    }

    /** What the models are judged by of what they are trained on, one per run; runs that share their data share it. */
    public List<EvaluationSet> trainEvaluation() {
        return evaluation(SplitData::train);
    }

    /** The same of the test set. */
    public List<EvaluationSet> testEvaluation() {
        return evaluation(SplitData::test);
    }

    /** What is to be said of further sets that models are judged by. */
    public List<String> otherNames() {
        return data.getFirst().others().stream().map(ValidationSet::name).toList();
    }

    /** The same of one of the further sets. */
    public List<EvaluationSet> otherEvaluation(int set) {
        return evaluation(own -> own.others().get(set).examples());
    }

    private List<EvaluationSet> evaluation(Function<SplitData, Examples> part) {
        Map<Examples, EvaluationSet> sets = new HashMap<>();
        return data.stream()
                .map(own -> sets.computeIfAbsent(part.apply(own), examples -> examples.evaluation(evaluationTokens)))
                .toList();
    }

    /** What the examples consist of. */
    public ExampleForm form() {
        return data.getFirst().train().form();
    }

    /** Training sequences of each run. */
    public long trainSequences() {
        return data.getFirst().train().size();
    }

    /** Positions of the longest sequence. */
    public int contextLength() {
        return data.stream()
                .mapToInt(
                        own -> Math.max(own.train().contextLength(), own.test().contextLength()))
                .max()
                .orElseThrow();
    }

    /** Whether the models are judged by sequences that share prefixes: where that is less work. */
    boolean judgesPrefixes() {
        return architecture.sharesPrefixes() && data.getFirst().test().beginAlike();
    }

    /** Whether the models train on batches in which sequences share prefixes. */
    boolean sharesPrefixes() {
        return batching == Batching.PREFIXES;
    }

    /** Sequences that are drawn for a step of each run. */
    int drawsOfStep() {
        return batchSize * accumulation;
    }

    /** The most that one of several shares can get of a batch of a run. */
    ShareCapacity capacity(int shares) {
        return ShareCapacity.of(
                data.stream().map(SplitData::train).distinct().toList(), batching, batchSize, contextLength(), shares);
    }

    /** Deals batches out to so many shares. */
    BatchPacker packer(int shares) {
        return new BatchPacker(contextLength(), batching, paddingToken, batchSize, shares);
    }

    /** Rows of a batch of the first run, sources included, as its draws happen to be; always the same. */
    int typicalRows() {
        Examples first = data.getFirst().train();
        long[] drawn = new long[batchSize];
        first.draws(TYPICAL).draw(0, drawn);
        LongStream draws = Arrays.stream(drawn);
        if (sharesPrefixes()) {
            return PrefixTree.of(EvaluationSet.of(first, draws)).whole().rows();
        }
        if (batching == Batching.DEDUPLICATED) {
            draws = draws.map(first::representative).distinct();
        }
        return draws.mapToInt(example -> (form().hasSource() ? first.sources().rows(example) : 0)
                        + (batching == Batching.PADDED ? contextLength() : first.length(example)))
                .sum();
    }

    /** Rows of one batch of an evaluation on the host at most, unless one sequence has more. */
    int evaluationRows() {
        return Math.max(contextLength(), Math.min(EVALUATION_ROWS, batchSize * contextLength()));
    }

    /** S. */
    public int runs() {
        return seeds.length;
    }
}
