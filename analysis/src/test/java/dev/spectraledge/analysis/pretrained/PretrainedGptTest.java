package dev.spectraledge.analysis.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.offline.GoldenFolder;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of Hugging Face's kinds against logits that were computed by other functions in float64. */
class PretrainedGptTest {
    private static final double TOLERANCE = 1e-11;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(textBlock = SmallGpts.FORMS)
    void saysWhatItSaysElsewhere(String name, String form, String logits) {
        Path golden = GoldenFolder.require(name);
        try (PretrainedGpt model = PretrainedGpt.open(golden.resolve(form).normalize())) {
            double worst = worst(model, golden.resolve("expected.safetensors"), logits);
            System.out.printf("%s/%s: logits differ by at most %.1e%n", name, form, worst);
            assertThat(worst).isLessThan(TOLERANCE);
        }
    }

    /** Of a run of ours, whose weights {@code transformers} was given under its names. */
    @Test
    void saysWhatATrainedModelSaysElsewhere() {
        Path golden = GoldenFolder.require("gpt_gpt2style_f64/huggingface_000030");
        try (PretrainedGpt model = PretrainedGpt.open(golden)) {
            assertThat(worst(model, golden.resolve("expected.safetensors"), "logits"))
                    .isLessThan(TOLERANCE);
        }
    }

    private static double worst(PretrainedGpt model, Path file, String name) {
        double worst = 0;
        try (MemoryOwner owner = MemoryOwner.open("logits");
                SafetensorsFile expected = SafetensorsFile.open(file)) {
            Parameters parameters = GptLogits.parameters(owner, model);
            Tensor ids = expected.read(owner, "input_ids");
            Tensor logits = expected.read(owner, name);
            for (int sequence = 0; sequence < ids.size(0); sequence++) {
                int[] tokens = new int[Math.toIntExact(ids.size(1))];
                for (int position = 0; position < tokens.length; position++) {
                    tokens[position] = ids.at(sequence).getInt(position);
                }
                Tensor own = GptLogits.of(owner, model.architecture(tokens.length), parameters, tokens);
                for (int position = 0; position < tokens.length; position++) {
                    for (int token = 0; token < own.size(1); token++) {
                        worst = Math.max(
                                worst, Math.abs(own.get(position, token) - logits.get(sequence, position, token)));
                    }
                }
            }
        }
        return worst;
    }

    /** A small model of some family, written by our own export, with its files changed. */
    private Path changed(
            GptArchitecture architecture,
            Consumer<Map<String, Object>> settings,
            Consumer<Map<String, Tensor>> tensors) {
        try (MemoryOwner owner = MemoryOwner.open("changed model")) {
            ModelExport.huggingFace(
                    architecture, SmallGpts.weights(owner, architecture).named(0), null, folder);
            Path config = folder.resolve("config.json");
            Map<String, Object> changedSettings = Json.readObject(config);
            settings.accept(changedSettings);
            Json.write(config, changedSettings);
            Path weights = folder.resolve("model.safetensors");
            Map<String, Tensor> changedTensors = new LinkedHashMap<>();
            try (SafetensorsFile file = SafetensorsFile.open(weights)) {
                for (String name : file.names()) {
                    changedTensors.put(name, file.read(owner, name));
                }
            }
            tensors.accept(changedTensors);
            SafetensorsWriter.write(weights, changedTensors, Map.of());
        }
        return folder;
    }

    private void refuses(
            GptArchitecture architecture,
            Consumer<Map<String, Object>> settings,
            Consumer<Map<String, Tensor>> tensors,
            String message) {
        Path model = changed(architecture, settings, tensors);
        assertThatThrownBy(() -> PretrainedGpt.open(model).close())
                .isInstanceOf(RunException.class)
                .hasMessage(message.replace("DIR", model.toString()));
    }

    private void refusesSetting(GptArchitecture architecture, String key, Object value, String message) {
        refuses(architecture, settings -> settings.put(key, value), tensors -> {}, message);
    }

    private void refusesTensors(GptArchitecture architecture, Consumer<Map<String, Tensor>> change, String message) {
        refuses(architecture, settings -> {}, change, message);
    }

    @Test
    void whatIsNotComputedHereIsRefused() {
        refusesSetting(
                SmallGpts.LLAMA.architecture(),
                "num_key_value_heads",
                1L,
                "DIR/config.json: num_key_value_heads is 1; grouped queries are not supported: each of "
                        + "the 2 heads needs its own keys and values");
        refusesSetting(
                SmallGpts.LLAMA.architecture(),
                "rope_scaling",
                Map.of("rope_type", "yarn"),
                "DIR/config.json: rope_type is yarn; read are default");
        refusesSetting(
                SmallGpts.LLAMA.architecture(),
                "hidden_act",
                "relu",
                "DIR/config.json: hidden_act is relu; read are silu");
        refusesSetting(
                SmallGpts.NEOX.architecture(),
                "rotary_pct",
                0.4,
                "DIR/config.json: rotary_pct is 0.4; of a head of 8 columns an even number has to turn");
        refusesSetting(
                SmallGpts.GPT2.architecture(),
                "scale_attn_by_inverse_layer_idx",
                true,
                "DIR/config.json: scale_attn_by_inverse_layer_idx is true; attention scores of all "
                        + "layers must be scaled alike");
        refusesSetting(
                SmallGpts.GPT2.architecture(),
                "model_type",
                "mistral",
                "DIR/config.json: model_type is mistral; read are gpt2, gpt_neox, llama");
        refusesSetting(
                SmallGpts.GPT2.architecture(),
                "n_head",
                5L,
                "DIR/config.json: n_head is 5; it does not divide the width of 16");
        refusesSetting(
                SmallGpts.GPT2.architecture(),
                "n_layer",
                0L,
                "DIR/config.json: n_layer is '0', it has to be a whole number from 1 to 16777216");
        refusesSetting(
                SmallGpts.GPT2.architecture(),
                "n_layer",
                9_999_999L,
                "DIR: has 28 tensors, too few for 9999999 layers");
        refuses(
                SmallGpts.GPT2.architecture(),
                settings -> settings.remove("n_embd"),
                tensors -> {},
                "DIR/config.json: has no n_embd");
    }

    @Test
    void tensorsThatDoNotFitAreRefused() {
        refusesTensors(
                SmallGpts.GPT2.architecture(),
                tensors -> tensors.remove("transformer.h.1.mlp.c_fc.weight"),
                "DIR: has no tensor 'transformer.h.1.mlp.c_fc.weight'");
        refusesTensors(
                SmallGpts.GPT2.architecture(),
                tensors -> tensors.put(
                        "transformer.h.1.mlp.c_fc.weight", tensors.get("transformer.h.1.mlp.c_proj.weight")),
                "DIR: tensor 'transformer.h.1.mlp.c_fc.weight' has shape [12, 16], needed is [16," + " 12]");
        refusesTensors(
                SmallGpts.LLAMA.architecture(),
                tensors -> tensors.put("model.layers.0.self_attn.q_norm.weight", tensors.get("model.norm.weight")),
                "DIR: has a tensor 'model.layers.0.self_attn.q_norm.weight', which no model of this"
                        + " kind has with 2 layers");
    }

    @Test
    void aHeadThatIsNotTheTableIsNotTied() {
        refusesTensors(
                SmallGpts.GPT2.architecture(),
                tensors -> tensors.put("lm_head.weight", tensors.get("transformer.wpe.weight")),
                "DIR: has a tensor 'lm_head.weight', which no model of this kind has with 2 layers");
    }

    @Test
    void contextsBeyondThePositionsAreRefused() {
        Path model = changed(SmallGpts.GPT2.architecture(), settings -> {}, tensors -> {});
        try (PretrainedGpt opened = PretrainedGpt.open(model)) {
            assertThatThrownBy(() -> opened.architecture(13))
                    .isInstanceOf(RunException.class)
                    .hasMessage(model + ": a context of 13 tokens is longer than the 12 positions of" + " the model");
        }
    }

    @Test
    void weightsThatAreNotFiniteAreRefused() {
        Path model = changed(
                SmallGpts.GPT2.architecture(),
                settings -> {},
                tensors -> tensors.get("transformer.ln_f.bias").set(Double.NaN, 3));
        try (MemoryOwner owner = MemoryOwner.open("refused");
                PretrainedGpt opened = PretrainedGpt.open(model)) {
            assertThatThrownBy(() -> GptLogits.parameters(owner, opened))
                    .isInstanceOf(RunException.class)
                    .hasMessage(model + ": tensor 'transformer.ln_f.bias' holds NaN as element 3,"
                            + " which is not finite as FLOAT64");
        }
    }

    @Test
    void aFolderWithoutSettingsIsRefused() throws IOException {
        Path weights = changed(SmallGpts.GPT2.architecture(), settings -> {}, tensors -> {});
        Files.delete(weights.resolve("config.json"));
        assertThatThrownBy(() -> PretrainedGpt.open(weights))
                .isInstanceOf(RunException.class)
                .hasMessage(weights + ": has no config.json, which says the shape of the model");
    }
}
