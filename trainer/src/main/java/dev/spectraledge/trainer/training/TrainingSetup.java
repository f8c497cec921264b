package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.model.Architecture;
import dev.spectraledge.trainer.optimizer.OptimizerFactory;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

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
        long evaluationTokens) {
    /** More tokens than there are anywhere. */
    static final long EVERYTHING = Long.MAX_VALUE;

    public TrainingSetup {
        data = List.copyOf(data);
        if (data.size() != seeds.length) {
            throw new IllegalArgumentException(data.size() + " data sets for " + seeds.length + " runs");
        }
        Examples first = data.getFirst().train();
        for (SplitData own : data) {
            if (own.train().size() != first.size() || !own.train().form().equals(first.form())) {
                throw new IllegalArgumentException("runs side by side need data of one size and kind");
            }
        }
    }

    /** With the accurate derivative of the loss, and judged by everything. */
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
                EVERYTHING);
    }

    /** What the models are judged by of what they are trained on, one per run; runs that share their data share it. */
    public List<EvaluationSet> trainEvaluation() {
        return evaluation(SplitData::train);
    }

    /** The same of the test set. */
    public List<EvaluationSet> testEvaluation() {
        return evaluation(SplitData::test);
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

    /** Rows that a batch of a run can need at most. */
    public int capacityRows() {
        return batchSize * contextLength();
    }

    /** Rows that the sources of a batch of a run can need at most. */
    public int capacitySourceRows() {
        return batchSize * form().sourceLength();
    }

    /** S. */
    public int runs() {
        return seeds.length;
    }
}
