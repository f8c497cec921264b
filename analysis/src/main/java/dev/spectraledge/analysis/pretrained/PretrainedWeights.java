package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.model.Architecture;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.GptStyle;
import dev.spectraledge.trainer.model.RotaryPositions;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import dev.spectraledge.trainer.tokenizer.TokenizerJson;
import dev.spectraledge.trainer.training.InitialWeights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs that begin with a {@link PretrainedGpt}, which {@code training.initialWeights} names by its folder. */
public final class PretrainedWeights implements InitialWeights {
    /**
     * What a folder decides of a run.
     *
     * @return keys of a configuration with their values; none if it is no folder
     * @throws RunException with one line if it holds no such model, or not all of it
     */
    public static Map<String, Object> settings(Path source) {
        if (!Files.isDirectory(source)) {
            return Map.of();
        }
        try (PretrainedGpt model = PretrainedGpt.open(source)) {
            return settings(model.architecture());
        }
    }

    private static Map<String, Object> settings(GptArchitecture model) {
        TransformerShape shape = model.shape();
        GptStyle style = model.style();
        RotaryPositions rotary = style.rotary();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("task.vocabulary", shape.vocabulary());
        settings.put("model.layers", shape.layers());
        settings.put("model.width", shape.width());
        settings.put("model.heads", shape.heads());
        settings.put("model.feedForwardWidth", shape.feedForwardWidth());
        settings.put("model.positions", shape.positions());
        settings.put("model.gelu", name(shape.gelu()));
        settings.put("model.rotaryShare", rotary == null ? 0.0 : rotary.share(ModelFamily.headWidth(shape)));
        if (rotary != null) {
            settings.put("model.rotaryBase", rotary.base());
        }
        settings.put("model.norm", name(style.norm()));
        settings.put("model.normEpsilon", style.epsilon());
        settings.put("model.gated", style.gated());
        settings.put("model.biases", style.biases());
        settings.put("model.parallelResidual", style.parallelResidual());
        settings.put("model.tied", style.tiedHead());
        return settings;
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Refuses a corpus whose tokens mean something else than those that the weights were trained on.
     *
     * @param notes takes a line where nothing says what they mean
     * @throws RunException with one line that names both
     */
    public static void requireTokens(RunConfig config, Consumer<String> notes) {
        Path folder = config.training().initialWeights();
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        Path file = folder.resolve(TokenizerFiles.TOKENIZER);
        if (!Files.exists(file)) {
            notes.accept(folder + " has no " + TokenizerFiles.TOKENIZER
                    + ": nothing says what tokens its model was trained on");
            return;
        }
        Optional<Tokenizer> own;
        try {
            own = config.task().tokenizer(config.training().data());
        } catch (RunException unknown) {
            notes.accept(unknown.getMessage() + "; they should be those of " + file);
            return;
        }
        if (own.isEmpty()) {
            throw new RunException(file + ": its tokens are text, those of the task are numbers");
        }
        if (!TokenizerJson.readAny(file).sha256().equals(own.get().sha256())) {
            throw new RunException(
                    file + ": is not the tokenizer of the corpus (" + own.get().name() + ", "
                            + own.get().vocabulary() + " tokens); 'sedge data text … --tokenizer " + file
                            + "' makes a corpus with it");
        }
    }

    @Override
    public void read(Path source, Architecture model, Map<String, Tensor> targets) {
        if (!Files.isDirectory(source)) {
            FILES.read(source, model, targets);
            return;
        }
        try (PretrainedGpt pretrained = PretrainedGpt.open(source)) {
            requireSame(source, settings(pretrained.architecture()), model);
            pretrained.load(targets);
        }
    }

    /** A configuration that was not made from the folder may say otherwise. */
    private static void requireSame(Path source, Map<String, Object> theirs, Architecture model) {
        Map<String, Object> ours = model instanceof GptArchitecture gpt ? settings(gpt) : Map.of();
        theirs.forEach((key, value) -> {
            if (!value.equals(ours.get(key))) {
                throw new RunException(source + ": is a model with " + key + "=" + value + ", the run trains one with "
                        + (ours.containsKey(key) ? key + "=" + ours.get(key) : "no " + key));
            }
        });
    }
}
