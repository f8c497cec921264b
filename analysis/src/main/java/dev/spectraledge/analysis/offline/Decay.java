package dev.spectraledge.analysis.offline;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Learning rate η and weight decay ω of a finished run, as far as they can be found; without both there is no estimate of
 * the decay part.
 */
record Decay(OptionalDouble learningRate, OptionalDouble weightDecay) {
    /**
     * Looks, for each of the two, first at what the user gave, then at the checkpoint's metadata ({@code LR}, {@code
     * WEIGHT_DECAY}), then at the {@code config.json} of the run.
     */
    static Decay find(
            OptionalDouble givenLearningRate,
            OptionalDouble givenWeightDecay,
            Path checkpoint,
            Map<String, String> metadata) {
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
        return new Decay(learningRate, weightDecay);
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
