package dev.spectraledge.analysis.offline;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Learning rate η and weight decay ω of a finished run, as far as they can be found; without both there is no estimate of
 * the decay part.
 */
record Decay(OptionalDouble learningRate, OptionalDouble weightDecay) {
    private static final String DECAYED = "DECAYED";

    /**
     * Looks, for each of the two, first at what the user gave, then at the checkpoint's metadata ({@code LR}, {@code
     * WEIGHT_DECAY}), then at the {@code config.json} of the run. Where weight decay acts on some parameters only ({@code
     * DECAYED}), what is found counts as far as it acts on all of those that are looked at.
     *
     * @param names of the tensors of {@code first} that are looked at
     */
    static Decay find(
            OptionalDouble givenLearningRate,
            OptionalDouble givenWeightDecay,
            SafetensorsFile first,
            List<String> names) {
        Path checkpoint = first.path();
        Map<String, String> metadata = first.metadata();
        OptionalDouble learningRate = givenLearningRate;
        OptionalDouble weightDecay = givenWeightDecay;
        if (learningRate.isEmpty()) {
            learningRate = number(checkpoint, "LR", metadata);
        }
        if (weightDecay.isEmpty()) {
            weightDecay = number(checkpoint, "WEIGHT_DECAY", metadata);
        }
        if (learningRate.isEmpty()) {
            learningRate = configured(checkpoint, "learningRate");
        }
        if (weightDecay.isEmpty()) {
            weightDecay = configured(checkpoint, "weightDecay");
        }
        if (givenWeightDecay.isEmpty() && weightDecay.isPresent()) {
            double factor = factor(first, names);
            weightDecay = Double.isNaN(factor)
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(factor * weightDecay.getAsDouble());
        }
        return new Decay(learningRate, weightDecay);
    }

    /** By which weight decay acts on the tensors; NaN where on some of them only. */
    private static double factor(SafetensorsFile first, List<String> names) {
        String text = first.metadata().get(DECAYED);
        if (text == null) {
            return 1;
        }
        try {
            DecayedParameters decayed = DecayedParameters.of(text);
            return DecayedParameters.factor(names.stream()
                    .map(name -> decayed.contains(name, first.shape(name).length))
                    .toList());
        } catch (IllegalArgumentException malformed) {
            throw new RunException(first.path() + ": metadata " + DECAYED + " " + malformed.getMessage(), malformed);
        }
    }

    private static OptionalDouble number(Path file, String key, Map<String, String> metadata) {
        String text = metadata.get(key);
        if (text == null) {
            return OptionalDouble.empty();
        }
        try {
            return OptionalDouble.of(Double.parseDouble(text));
        } catch (NumberFormatException notANumber) {
            throw new RunException(file + ": metadata " + key + " is '" + text + "', not a number", notANumber);
        }
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

    /** ηω; NaN where one is not known. */
    double rate() {
        return learningRate.orElse(Double.NaN) * weightDecay.orElse(Double.NaN);
    }
}
