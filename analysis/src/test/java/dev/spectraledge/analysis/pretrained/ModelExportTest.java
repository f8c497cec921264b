package dev.spectraledge.analysis.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.Python;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.GptStyle;
import dev.spectraledge.trainer.model.Normalization;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.tokenizer.ByteTokenizer;
import dev.spectraledge.trainer.tokenizer.Gpt2Tokenizer;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import dev.spectraledge.trainer.tokenizer.TokenizerJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelExportTest {
    private static final int[] TOKENS = {1, 10, 3, 3, 0, 7, 5, 9, 2, 8};

    /** RMS norms and the angles of rotary positions are computed in float32 by transformers, whatever the weights are. */
    private static final double OF_TRANSFORMERS = 2e-5;

    @TempDir
    private Path folder;

    /** Written and read again, logits and, where the model goes as it is, every weight are the same. */
    @ParameterizedTest
    @EnumSource
    void comesBackAsItWas(SmallGpts kind) {
        GptArchitecture architecture = kind.architecture();
        try (MemoryOwner owner = MemoryOwner.open("export")) {
            Parameters weights = SmallGpts.weights(owner, architecture);
            ModelExport.huggingFace(architecture, weights.named(0), null, folder);
            Tensor expected = GptLogits.of(owner, architecture, weights, TOKENS);
            try (PretrainedGpt back = PretrainedGpt.open(folder)) {
                assertThat(back.family()).isEqualTo(kind.family());
                Parameters read = GptLogits.parameters(owner, back);
                weights.named(0)
                        .forEach((name, tensor) -> assertThat(
                                        read.named(0).get(name).segment().mismatch(tensor.segment()))
                                .as(name)
                                .isEqualTo(-1));
                assertThat(difference(GptLogits.of(owner, back.architecture(), read, TOKENS), expected))
                        .isLessThan(1e-12);
            }
        }
    }

    private static double difference(Tensor first, Tensor second) {
        double worst = 0;
        for (int position = 0; position < TOKENS.length; position++) {
            for (int token = 0; token < first.size(1); token++) {
                worst = Math.max(worst, Math.abs(first.get(position, token) - second.get(position, token)));
            }
        }
        return worst;
    }

    /** One Python for all, as it takes long to start. */
    @Test
    void saysTheSameInTransformers() throws Exception {
        Python python = Python.with("transformers");
        try (MemoryOwner owner = MemoryOwner.open("export")) {
            for (SmallGpts kind : SmallGpts.values()) {
                GptArchitecture architecture = kind.architecture();
                ModelExport.huggingFace(
                        architecture,
                        SmallGpts.weights(owner, architecture).named(0),
                        null,
                        folder.resolve(kind.name()));
            }
            python.run("""
                import os, sys, torch
                from transformers import AutoModelForCausalLM
                from safetensors.torch import save_file
                root, *tokens = sys.argv[1:]
                inputs = torch.tensor([[int(token) for token in tokens]])
                for name in os.listdir(root):
                    model, loaded = AutoModelForCausalLM.from_pretrained(
                        os.path.join(root, name), dtype=torch.float64, output_loading_info=True,
                        attn_implementation='eager')
                    assert not loaded['missing_keys'] and not loaded['unexpected_keys'], loaded
                    with torch.no_grad():
                        logits = model.eval()(inputs).logits[0]
                    save_file({'logits': logits.double().contiguous()}, os.path.join(root, name, 'logits.safetensors'))
                """, arguments());
            for (SmallGpts kind : SmallGpts.values()) {
                GptArchitecture architecture = kind.architecture();
                Path file = folder.resolve(kind.name()).resolve("logits.safetensors");
                try (SafetensorsFile theirs = SafetensorsFile.open(file)) {
                    Tensor expected = GptLogits.of(owner, architecture, SmallGpts.weights(owner, architecture), TOKENS);
                    double worst = difference(theirs.read(owner, "logits"), expected);
                    System.out.printf("%s in transformers: logits differ by at most %.1e%n", kind, worst);
                    assertThat(worst).as(kind.name()).isLessThan(OF_TRANSFORMERS);
                }
            }
        }
    }

    /** Opened by transformers and saved again: every weight and every token is the same. */
    @Test
    void comesBackFromTransformers() throws Exception {
        Python python = Python.with("transformers");
        try (MemoryOwner owner = MemoryOwner.open("export")) {
            for (SmallGpts kind : SmallGpts.values()) {
                GptArchitecture architecture = kind.architecture();
                Parameters weights = SmallGpts.weights(owner, architecture);
                ModelExport.huggingFace(architecture, weights.named(0), null, folder.resolve("from/" + kind.name()));
            }
            python.run("""
                import os, sys, torch
                from transformers import AutoModelForCausalLM
                root = sys.argv[1]
                for name in os.listdir(os.path.join(root, 'from')):
                    model = AutoModelForCausalLM.from_pretrained(os.path.join(root, 'from', name), dtype=torch.float64)
                    model.save_pretrained(os.path.join(root, 'to', name))
                """, folder);
            for (SmallGpts kind : SmallGpts.values()) {
                Parameters weights = SmallGpts.weights(owner, kind.architecture());
                try (PretrainedGpt back = PretrainedGpt.open(folder.resolve("to/" + kind.name()))) {
                    assertThat(back.family()).isEqualTo(kind.family());
                    assertThat(back.architecture().shape())
                            .isEqualTo(kind.architecture().shape());
                    Parameters read = GptLogits.parameters(owner, back);
                    weights.named(0)
                            .forEach((name, tensor) -> assertThat(
                                            read.named(0).get(name).segment().mismatch(tensor.segment()))
                                    .as(kind + " " + name)
                                    .isEqualTo(-1));
                }
            }
        }
    }

    @Test
    void transformersMakesTheSameTokens() throws Exception {
        Python python = Python.with("transformers");
        String text = "What hath night to do with sleep? 12 sheep\n\n  \u00fcber \u4f60\u597d \ud83d\ude00 it's";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (Tokenizer tokenizer : List.of(new ByteTokenizer(), Gpt2Tokenizer.load())) {
            Path exported = folder.resolve(tokenizer.name());
            GptArchitecture architecture = SmallGpts.GPT2.architecture(tokenizer.vocabulary());
            try (MemoryOwner owner = MemoryOwner.open("export")) {
                ModelExport.huggingFace(
                        architecture, SmallGpts.weights(owner, architecture).named(0), tokenizer, exported);
            }
            String printed = python.run("""
                import sys
                from transformers import AutoConfig, AutoTokenizer
                folder, text = sys.argv[1:]
                tokenizer, config = AutoTokenizer.from_pretrained(folder), AutoConfig.from_pretrained(folder)
                ids = tokenizer(text)['input_ids']
                assert tokenizer.decode(ids) == text
                assert tokenizer.model_max_length == 12 and len(tokenizer) == config.vocab_size, tokenizer
                assert tokenizer.eos_token_id in (None, config.eos_token_id), (tokenizer.eos_token_id, config)
                tokenizer.save_pretrained(folder)
                print(config.eos_token_id, *ids)
                """, exported, text);
            // Transformers says that the text is longer than the model reads.
            String ids = printed.strip().lines().toList().getLast();
            assertThat(ids.split(" "))
                    .as(tokenizer.name())
                    .containsExactly(IntStream.concat(
                                    IntStream.of(tokenizer.endOfText()),
                                    IntStream.of(tokenizer.encoder().encode(bytes)))
                            .mapToObj(Integer::toString)
                            .toArray(String[]::new));
            assertThat(TokenizerJson.readAny(exported.resolve("tokenizer.json")).sha256())
                    .isEqualTo(tokenizer.sha256());
        }
    }

    private Object[] arguments() {
        return Stream.concat(Stream.of(folder), IntStream.of(TOKENS).boxed()).toArray();
    }

    @Test
    void nanoGptHasAllBiasesAndTheHeadByName() {
        GptStyle style = GptStyle.learned(false, false);
        GptArchitecture architecture = SmallGpts.of(Gelu.ERF, style, 64);
        try (MemoryOwner owner = MemoryOwner.open("export")) {
            Map<String, Tensor> weights = SmallGpts.weights(owner, architecture).named(0);
            ModelExport.nanoGpt(architecture, weights, folder);
            try (SafetensorsFile written = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
                Tensor head = written.read(owner, "lm_head.weight");
                assertThat(head.segment()
                                .mismatch(weights.get("transformer.wte.weight").segment()))
                        .isEqualTo(-1);
                assertThat(written.shape("transformer.h.1.attn.c_attn.bias")).containsExactly(48);
                assertThat(written.read(owner, "transformer.h.1.attn.c_attn.bias")
                                .get(5))
                        .isZero();
                // Both tables, norms and linear layers with weight and bias, the head.
                assertThat(written.names()).hasSize(2 + 2 * 12 + 2 + 1);
            }
            assertThat(Json.readObject(folder.resolve("model_args.json")))
                    .containsEntry("block_size", 12L)
                    .containsEntry("bias", true)
                    .containsEntry("n_embd", 16L);
        }
    }

    @Test
    void modelsThatNobodyHasAreRefused() {
        GptStyle learnedWithRmsNorm =
                new GptStyle(null, Normalization.RMS_NORM, 1e-5, false, false, false, true, false);
        GptArchitecture architecture = SmallGpts.of(Gelu.ERF, learnedWithRmsNorm, 64);
        try (MemoryOwner owner = MemoryOwner.open("export")) {
            Map<String, Tensor> weights = SmallGpts.weights(owner, architecture).named(0);
            assertThatThrownBy(() -> ModelExport.huggingFace(architecture, weights, null, folder))
                    .isInstanceOf(RunException.class)
                    .hasMessageStartingWith(
                            "no Hugging Face architecture that can be written matches this model: gpt2 has learned "
                                    + "positions");
            assertThatThrownBy(() -> ModelExport.nanoGpt(architecture, weights, folder))
                    .isInstanceOf(RunException.class)
                    .hasMessageStartingWith("nanoGPT has no such model");
        }
    }
}
