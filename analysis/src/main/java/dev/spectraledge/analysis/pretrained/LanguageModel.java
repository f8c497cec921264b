package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.GptDecoder;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.run.CheckpointFolder;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import dev.spectraledge.trainer.tokenizer.TokenizerJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * A GPT to write with: that of a run after some step, or one of Hugging Face's.
 *
 * @param tokens what its tokens mean; fails with one line where nothing says it
 */
public record LanguageModel(GptArchitecture architecture, Parameters parameters, Supplier<Tokenizer> tokens) {
    private static final String CONFIG = "config.json";

    /**
     * Reads a model.
     *
     * @param folder of a run, or with a {@code config.json} and weights of Hugging Face's
     * @param owner of the weights, on the host
     * @param step of a run after which they were; its last checkpoint's if empty
     * @throws RunException with one line if it is neither, or trains no GPT, or has no such checkpoint
     */
    public static LanguageModel open(Path folder, MemoryOwner owner, OptionalLong step) {
        Path config = folder.resolve(CONFIG);
        boolean isPretrained = Files.exists(config) && Json.readObject(config).containsKey("model_type");
        return isPretrained ? ofPretrained(folder, owner) : ofRun(folder, owner, step);
    }

    private static LanguageModel ofPretrained(Path folder, MemoryOwner owner) {
        try (PretrainedGpt model = PretrainedGpt.open(folder)) {
            Parameters parameters = allocate(owner, DType.FLOAT32, model.architecture());
            model.load(parameters.named(0));
            return new LanguageModel(
                    model.architecture(),
                    parameters,
                    () -> TokenizerJson.readAny(folder.resolve(TokenizerFiles.TOKENIZER)));
        }
    }

    private static LanguageModel ofRun(Path folder, MemoryOwner owner, OptionalLong step) {
        RunConfig config = RunConfig.read(folder.resolve(CONFIG));
        GptArchitecture architecture = architecture(folder, config);
        Parameters parameters = allocate(owner, config.training().precision().type(), architecture);
        try (SafetensorsFile file = SafetensorsFile.open(checkpoint(folder, step))) {
            parameters.named(0).forEach((name, tensor) -> {
                file.copyTo(name, tensor);
                file.requireFinite(name);
            });
        }
        return new LanguageModel(architecture, parameters, () -> tokenizer(folder, config));
    }

    /**
     * That of a run whose weights are at hand.
     *
     * @param weights {@code [1, P]}, on the host
     */
    static LanguageModel ofRun(Path folder, RunConfig config, Parameters weights) {
        return new LanguageModel(architecture(folder, config), weights, () -> tokenizer(folder, config));
    }

    private static GptArchitecture architecture(Path folder, RunConfig config) {
        if (config.task().architecture(config.model(), config.task().contextLength())
                instanceof GptArchitecture architecture) {
            return architecture;
        }
        throw new RunException(folder + ": is a run of task " + config.task().name()
                + ", which trains no language model; 'sedge run text' does");
    }

    private static Parameters allocate(MemoryOwner owner, DType precision, GptArchitecture architecture) {
        Backend backend = new CpuBackend();
        return Parameters.allocate(backend, owner, precision, 1, architecture.layout());
    }

    private static Path checkpoint(Path folder, OptionalLong step) {
        SortedMap<Long, Path> checkpoints = CheckpointFolder.list(folder);
        long wanted = step.orElse(checkpoints.lastKey());
        return Optional.ofNullable(checkpoints.get(wanted))
                .orElseThrow(() -> new RunException(folder + ": has no checkpoint of step " + wanted
                        + "; it has those of steps " + checkpoints.firstKey() + " to " + checkpoints.lastKey()));
    }

    private static Tokenizer tokenizer(Path folder, RunConfig config) {
        return config.task()
                .tokenizer(config.training().data())
                .orElseThrow(() -> new RunException(
                        folder + ": its tokens are numbers, not text; there is nothing to be written"));
    }

    /** Reads with it, on this machine's processor. */
    public GptDecoder decoder(MemoryOwner owner) {
        return new GptDecoder(new CpuBackend(), owner, parameters.flat().type(), architecture, parameters);
    }

    /**
     * What its tokens mean.
     *
     * @throws RunException with one line if nothing says it, or it has more tokens than the model
     */
    public Tokenizer tokenizer() {
        Tokenizer tokenizer = tokens.get();
        if (tokenizer.vocabulary() > architecture.shape().vocabulary()) {
            throw new RunException("the tokenizer (" + tokenizer.name() + ") has " + tokenizer.vocabulary()
                    + " tokens, the model " + architecture.shape().vocabulary() + ": it is not the model's");
        }
        return tokenizer;
    }
}
