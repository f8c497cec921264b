package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.checkpoint.Checkpoint;
import dev.spectraledge.analysis.checkpoint.OptimizerState;
import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Learning rate η and weight decay ω of a finished run, as far as they can be found; without both there is no estimate of
 * the decay part.
 *
 * @param learningRate the mean of {@code rates} where these are known
 * @param rates by step, where the training wrote them down
 */
record Decay(OptionalDouble learningRate, OptionalDouble weightDecay, Optional<LearningRates> rates)
        implements UpdateWalk.Rates {
    private static final String DECAYED = "DECAYED";

    /**
     * Looks, for each of the two, first at what the user gave, then at what the checkpoint says, then at the {@code
     * config.json} of the run. Where weight decay acts on some parameters only ({@code DECAYED}, or the optimiser's state),
     * what is found counts as far as it acts on all of those that are looked at.
     *
     * @param tensors of {@code first} that are looked at
     */
    static Decay find(
            OptionalDouble givenLearningRate,
            OptionalDouble givenWeightDecay,
            Checkpoint first,
            List<StoredTensor> tensors) {
        Path checkpoint = first.path();
        OptionalDouble learningRate = givenLearningRate;
        OptionalDouble weightDecay = givenWeightDecay;
        if (learningRate.isEmpty()) {
            learningRate = first.learningRate();
        }
        if (weightDecay.isEmpty()) {
            weightDecay = first.weightDecay();
        }
        if (learningRate.isEmpty()) {
            learningRate = configured(checkpoint, "learningRate");
        }
        if (weightDecay.isEmpty()) {
            weightDecay = configured(checkpoint, "weightDecay");
        }
        if (givenWeightDecay.isEmpty() && weightDecay.isPresent()) {
            double factor = factor(first, tensors);
            weightDecay = Double.isNaN(factor)
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(factor * weightDecay.getAsDouble());
        }
        return new Decay(learningRate, weightDecay, Optional.empty());
    }

    /** By which weight decay acts on the tensors; NaN where on some of them only. */
    private static double factor(Checkpoint first, List<StoredTensor> tensors) {
        String text = first.metadata().get(DECAYED);
        if (text == null) {
            return factorOfOptimizer(first, tensors);
        }
        try {
            DecayedParameters decayed = DecayedParameters.of(text);
            return DecayedParameters.factor(tensors.stream()
                    .map(tensor ->
                            decayed.contains(tensor.name(), tensor.shape().size()))
                    .toList());
        } catch (IllegalArgumentException malformed) {
            throw new RunException(first.path() + ": metadata " + DECAYED + " " + malformed.getMessage(), malformed);
        }
    }

    /** An optimiser's state says it of each parameter; one that is not understood says nothing. */
    private static double factorOfOptimizer(Checkpoint first, List<StoredTensor> tensors) {
        Optional<OptimizerState> state;
        try {
            state = first.optimizer();
        } catch (RunException unclear) {
            return 1;
        }
        return state.map(OptimizerState::moments)
                .map(moments -> DecayedParameters.factor(tensors.stream()
                        .map(tensor -> moments.containsKey(tensor.name())
                                && moments.get(tensor.name()).settings().weightDecay() != 0)
                        .toList()))
                .orElse(1.0);
    }

    private static OptionalDouble configured(Path checkpoint, String key) {
        Path folder = checkpoint.toAbsolutePath().getParent();
        Path inside = folder.resolve("config.json");
        Path beside = folder.resolveSibling("config.json");
        Path config = Files.exists(inside) ? inside : beside;
        if (Files.exists(config)
                && Json.readObject(config).get("training") instanceof Map<?, ?> training
                && training.get(key) instanceof Number number) {
            return OptionalDouble.of(number.doubleValue());
        }
        return OptionalDouble.empty();
    }

    /**
     * The same with the rates that the training wrote down.
     *
     * @param first step of the analysis
     * @param last step of it
     */
    Decay with(LearningRates written, long first, long last) {
        double mean = written.sum(first, last) / (double) (last - first);
        return new Decay(OptionalDouble.of(mean), weightDecay, Optional.of(written));
    }

    @Override
    public double meanRate(long from, long to) {
        return rates.map(written -> written.sum(from, to) / (double) (to - from))
                .orElseGet(() -> learningRate.orElse(Double.NaN));
    }

    @Override
    public double decayFactor(long from, long to) {
        double omega = weightDecay.orElse(Double.NaN);
        return rates.map(written -> omega * written.sum(from, to))
                .orElseGet(() -> learningRate.orElse(Double.NaN) * omega * (double) (to - from));
    }
}
