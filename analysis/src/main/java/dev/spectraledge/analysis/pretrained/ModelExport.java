package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a language model as Hugging Face's libraries read it, or as nanoGPT does: a folder with its settings, {@code
 * model.safetensors} and, for the former, its tokenizer.
 */
public final class ModelExport {
    private static final String WEIGHTS = "model.safetensors";
    /** Without which {@code transformers} does not open a file. */
    private static final Map<String, String> OF_PYTORCH = Map.of("format", "pt");

    private ModelExport() {}

    /**
     * As the first of Hugging Face's GPT-2, GPT-NeoX and Llama that computes what this model does. Biases that it does not
     * have are zero there.
     *
     * @param weights all tensors of the model, on the host
     * @param tokenizer the model's, or null if its tokens are no text, or nobody knows which
     * @throws RunException with one line if none of them does
     */
    public static void huggingFace(
            GptArchitecture model, Map<String, Tensor> weights, Tokenizer tokenizer, Path folder) {
        ModelFamily family = ModelFamily.ALL.stream()
                .filter(candidate -> candidate.objection(model) == null)
                .findFirst()
                .orElseThrow(() ->
                        new RunException("no Hugging Face architecture that can be written matches this model: "
                                + String.join(
                                        "; ",
                                        ModelFamily.ALL.stream()
                                                .map(other -> other.type() + " " + other.objection(model))
                                                .toList())));
        try (MemoryOwner owner = MemoryOwner.open("model for export")) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Correspondence place : family.correspondences(model)) {
                tensors.put(place.theirs(), moved(owner, place, weights));
            }
            Map<String, Object> settings = family.settings(model);
            settings.put(
                    "torch_dtype",
                    tensors.values().iterator().next().type().name().toLowerCase(Locale.ROOT));
            Integer endOfText = tokenizer == null ? null : tokenizer.endOfText();
            settings.put("bos_token_id", endOfText);
            settings.put("eos_token_id", endOfText);
            write(folder, ModelSettings.FILE, settings, tensors);
        }
        if (tokenizer != null) {
            TokenizerFiles.write(folder, tokenizer, model.shape().positions());
        }
    }

    private static Tensor moved(MemoryOwner owner, Correspondence place, Map<String, Tensor> weights) {
        Tensor any = weights.values().iterator().next();
        Tensor target = Tensor.allocate(owner, any.type(), place.shape());
        if (place.ours() != null) {
            Tensor source = weights.get(place.ours());
            Tensor flat = source.reshape(source.elements());
            Tensor to = target.reshape(target.elements());
            for (long index = 0; index < place.elements(); index++) {
                to.set(flat.get(place.ourElement(index)), index);
            }
        }
        return target;
    }

    /**
     * As nanoGPT's {@code state_dict}, in which the head is a name of its own, with {@code model_args.json}.
     *
     * @throws RunException with one line if nanoGPT has no such model
     */
    public static void nanoGpt(GptArchitecture model, Map<String, Tensor> weights, Path folder) {
        NanoGptSettings settings = NanoGptSettings.of(model);
        try (MemoryOwner owner = MemoryOwner.open("model for export")) {
            write(folder, NanoGptSettings.FILE, settings.values(), settings.tensors(owner, weights));
        }
    }

    private static void write(
            Path folder, String settingsName, Map<String, Object> settings, Map<String, Tensor> tensors) {
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw RunException.of("cannot create", folder, failure);
        }
        SafetensorsWriter.write(folder.resolve(WEIGHTS), tensors, OF_PYTORCH);
        Json.write(folder.resolve(settingsName), settings);
    }
}
