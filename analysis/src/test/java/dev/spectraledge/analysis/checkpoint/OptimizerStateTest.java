package dev.spectraledge.analysis.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.SafetensorsType;
import dev.spectraledge.trainer.io.torch.TorchFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which parameter is which, and what Adam keeps for it. */
class OptimizerStateTest {
    /**
     * AdamW's own arithmetic is the witness: only the moments of this very parameter lead from one checkpoint to the next.
     * nanoGPT's groups by dimension in the order of the model, the Trainer's groups by name from a file that is sorted by name,
     * and DeepSpeed's vectors that are cut in the middle of a parameter.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "nanogpt/out-1 nanogpt/out-2",
                "trainer/checkpoint-1 trainer/checkpoint-2",
                "nanogpt/out-1 zero/global_step2"
            })
    void theMomentsOfEveryParameterExplainItsStep(String pair) {
        String[] folders = pair.split(" ", -1);
        try (Checkpoint before = Checkpoint.open(Fixtures.get(folders[0]));
                Checkpoint after = Checkpoint.open(Fixtures.get(folders[1]))) {
            OptimizerState state = after.optimizer().orElseThrow();
            long parameters = after.tensors().values().stream()
                    .filter(tensor -> tensor.type().isFloating())
                    .map(StoredTensor::storage)
                    .distinct()
                    .count();
            assertThat(state.moments()).hasSize((int) parameters);
            state.moments().forEach((name, moments) -> {
                assertThat(moments.step()).isEqualTo(2);
                AdamSettings settings = moments.settings();
                assertThat(settings.learningRate()).isEqualTo(0.01);
                assertThat(settings.beta2()).isEqualTo(0.95);
                assertThat(settings.decoupled()).isTrue();
                double[] old = Fixtures.values(before.tensors().get(name));
                double[] now = Fixtures.values(after.tensors().get(name));
                double[] first = Fixtures.values(moments.first());
                double[] second = Fixtures.values(moments.second());
                assertThat(Fixtures.values(moments.parameter())).isEqualTo(now);
                for (int index = 0; index < now.length; index++) {
                    double mean = first[index] / (1 - Math.pow(settings.beta1(), 2));
                    double square = second[index] / (1 - Math.pow(settings.beta2(), 2));
                    double step = mean / (Math.sqrt(square) + settings.epsilon()) + settings.weightDecay() * old[index];
                    assertThat(now[index]).as(name).isCloseTo(old[index] - 0.01 * step, within(3e-7));
                }
            });
        }
    }

    /** As the Trainer of Hugging Face saves a run of DeepSpeed: gathered weights, and DeepSpeed's folder beside them. */
    @Test
    void theStateOfDeepSpeedIsFoundBesideGatheredWeights(@TempDir Path folder) throws IOException {
        Path checkpoint = folder.resolve("checkpoint-2");
        Fixtures.copy("zero/global_step2", checkpoint.resolve("global_step2"));
        Files.copy(Fixtures.get("bf16/tiny-step2/model.safetensors"), checkpoint.resolve("model.safetensors"));
        try (Checkpoint opened = Checkpoint.open(checkpoint);
                Checkpoint flat = Checkpoint.open(Fixtures.get("flat/gpt2-step2-lr0.01.safetensors"))) {
            assertThat(opened.tensors().get("transformer.wte.weight").type()).isEqualTo(SafetensorsType.BF16);
            AdamMoments moments = opened.optimizer().orElseThrow().moments().get("transformer.h.0.attn.c_attn.weight");
            assertThat(moments.parameter()
                            .data()
                            .mismatch(flat.tensors()
                                    .get("transformer.h.0.attn.c_attn.weight")
                                    .data()))
                    .as("the parameter that the optimiser moves is the one in single precision")
                    .isEqualTo(-1);
        }
    }

    @Test
    void tensorsOfTwoDimensionsDecayInNanoGpt() {
        try (Checkpoint checkpoint = Checkpoint.open(Fixtures.get("nanogpt/out-3"))) {
            checkpoint
                    .optimizer()
                    .orElseThrow()
                    .moments()
                    .forEach((name, moments) -> assertThat(moments.settings().weightDecay())
                            .as(name)
                            .isEqualTo(moments.parameter().shape().size() > 1 ? 0.3 : 0));
        }
    }

    @Test
    void decayThatActsThroughTheGradientIsNoDecayOfItsOwn() {
        Map<String, Object> group =
                new HashMap<>(Map.of("lr", 0.1, "weight_decay", 0.2, "eps", 1e-8, "betas", List.of(0.9, 0.99)));
        try (TorchFile file = TorchFile.open(Fixtures.get("trainer/checkpoint-1/optimizer.pt"))) {
            TorchContent content = new TorchContent(file);
            assertThat(new AdamGroup(file.path(), content, group).weightDecay()).hasValue(0.2);
            group.put("decoupled_weight_decay", false);
            assertThat(new AdamGroup(file.path(), content, group).weightDecay()).isEmpty();
            assertThat(new AdamGroup(file.path(), content, group).settings().decoupled())
                    .isFalse();
        }
    }

    @Test
    void groupsAreNamedByTheUsualRules() {
        SequencedMap<String, StoredTensor> model =
                model("wte 5 4", "h.0.ln_1.weight 4", "h.0.c_fc.weight 8 4", "h.0.c_fc.bias 8");
        assertThat(names(model, true, "5 4,4,8 4,8")).containsExactly(List.of(List.copyOf(model.keySet())));
        assertThat(names(model, true, "5 4,8 4", "4,8"))
                .containsExactly(
                        List.of(List.of("wte", "h.0.c_fc.weight"), List.of("h.0.ln_1.weight", "h.0.c_fc.bias")));
        assertThat(names(model, true, "4,8", "5 4,8 4"))
                .containsExactly(
                        List.of(List.of("h.0.ln_1.weight", "h.0.c_fc.bias"), List.of("wte", "h.0.c_fc.weight")));
        assertThat(names(model, true, "8 4", "5 4,4,8"))
                .as("embeddings do not decay")
                .hasSize(1);
        assertThat(names(model, true, "5 4,4", "8 4,8")).as("rates by layer").hasSize(1);
        assertThat(names(model, true, "5 4", "8 4,8", "?"))
                .as("unknown shapes do not help where the rest is wrong")
                .isEmpty();
        assertThat(names(model, true, "5 4,8 4", "?,?")).hasSize(1);
        assertThat(names(model, false, "5 4,4,8 4,8"))
                .as("sorted by name, of no known family")
                .isEmpty();
    }

    @Test
    void shapesThatFitInSeveralWaysStayOpen() {
        SequencedMap<String, StoredTensor> square = model("bias 4 4", "w 4 4");
        assertThat(names(square, true, "4 4", "4 4")).hasSizeGreaterThan(1);
    }

    @Test
    void familiesHaveTheirOrderWhateverTheFilesOrder() {
        assertThat(RegistrationOrder.of(List.of(
                        "model.layers.10.self_attn.q_proj.weight",
                        "model.layers.2.mlp.down_proj.weight",
                        "model.layers.2.self_attn.o_proj.weight",
                        "lm_head.weight",
                        "model.norm.weight",
                        "model.embed_tokens.weight")))
                .hasValue(List.of(
                        "model.embed_tokens.weight",
                        "model.layers.2.self_attn.o_proj.weight",
                        "model.layers.2.mlp.down_proj.weight",
                        "model.layers.10.self_attn.q_proj.weight",
                        "model.norm.weight",
                        "lm_head.weight"));
        assertThat(RegistrationOrder.of(List.of("gpt_neox.layers.0.attention.dense.bias", "gpt_neox.embed_in.weight")))
                .hasValue(List.of("gpt_neox.embed_in.weight", "gpt_neox.layers.0.attention.dense.bias"));
        assertThat(RegistrationOrder.of(List.of("wte.weight", "mine.weight"))).isEmpty();
    }

    @Test
    void aModelThatTheNumbersDoNotFitIsRefusedInASentence() {
        Path file = Fixtures.get("trainer/checkpoint-1/optimizer.pt");
        try (TorchFile opened = TorchFile.open(file);
                Checkpoint other = Checkpoint.open(Fixtures.get("flat/gpt2-step1-lr0.01.safetensors"))) {
            OptimizerSource source = TorchForm.optimizer(opened).orElseThrow();
            assertThatThrownBy(() -> source.read(other.tensors(), false))
                    .isInstanceOf(RunException.class)
                    .hasMessage(file
                            + ": the optimiser numbers its 16 parameters, and no usual way to group the 9 parameters"
                            + " of the model fits their shapes (the file of weights is sorted by name); save the names"
                            + " with them (torch.optim.AdamW(model.named_parameters()))");
        }
    }

    private static Set<List<List<String>>> names(
            SequencedMap<String, StoredTensor> model, boolean ordered, String... groups) {
        List<List<Optional<List<Long>>>> shapes = Arrays.stream(groups)
                .map(group -> Arrays.stream(group.split(","))
                        .map(shape -> shape.equals("?") ? Optional.<List<Long>>empty() : Optional.of(shape(shape)))
                        .toList())
                .toList();
        return new ParameterNumbers(shapes, model).candidates(ordered);
    }

    private static List<Long> shape(String text) {
        return Arrays.stream(text.split(" ")).map(Long::valueOf).toList();
    }

    private static SequencedMap<String, StoredTensor> model(String... tensors) {
        SequencedMap<String, StoredTensor> model = new LinkedHashMap<>();
        MemorySegment data = Arena.global().allocate(4);
        for (String tensor : tensors) {
            String name = tensor.substring(0, tensor.indexOf(' '));
            List<Long> shape = shape(tensor.substring(name.length() + 1));
            model.put(name, new StoredTensor(name, SafetensorsType.F32, shape, data, Path.of("x"), name));
        }
        return model;
    }
}
