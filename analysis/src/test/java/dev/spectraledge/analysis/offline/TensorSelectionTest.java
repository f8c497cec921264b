package dev.spectraledge.analysis.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.SafetensorsType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorSelectionTest {
    private static final Path FILE = Path.of("model.safetensors");

    private static final List<StoredTensor> PYTORCH = List.of(
            matrix("tok_emb.weight"),
            matrix("pos_emb"),
            matrix("encoder.layers.0.self_attn.in_proj_weight"),
            vector("encoder.layers.0.self_attn.in_proj_bias"),
            matrix("encoder.layers.0.self_attn.out_proj.weight"),
            matrix("encoder.layers.0.linear1.weight"),
            vector("encoder.layers.0.linear1.bias"),
            matrix("encoder.layers.0.linear2.weight"),
            vector("encoder.layers.0.norm1.weight"),
            matrix("decoder.layers.0.multihead_attn.in_proj_weight"),
            vector("ln.weight"),
            matrix("head.weight"),
            vector("head.bias"));

    private static final List<StoredTensor> GPT2 = List.of(
            tensor("transformer.wte.weight", SafetensorsType.F32, "table", 6, 4),
            matrix("transformer.wpe.weight"),
            tensor("transformer.h.0.attn.bias", SafetensorsType.F32, "mask", 1, 1, 4, 4),
            tensor("transformer.h.0.attn.masked_bias", SafetensorsType.F32, "scalar"),
            matrix("transformer.h.0.attn.c_attn.weight"),
            vector("transformer.h.0.attn.c_attn.bias"),
            vector("transformer.h.0.ln_1.bias"),
            matrix("transformer.h.0.mlp.c_fc.weight"),
            matrix("transformer.h.0.mlp.c_proj.weight"),
            vector("transformer.ln_f.weight"),
            tensor("lm_head.weight", SafetensorsType.F32, "table", 6, 4));

    private static final List<StoredTensor> NEOX = List.of(
            matrix("gpt_neox.embed_in.weight"),
            tensor("gpt_neox.layers.0.attention.bias", SafetensorsType.BOOL, "mask", 1, 1, 4, 4),
            tensor("gpt_neox.layers.0.attention.masked_bias", SafetensorsType.F32, "scalar"),
            vector("gpt_neox.layers.0.attention.rotary_emb.inv_freq"),
            matrix("gpt_neox.layers.0.attention.query_key_value.weight"),
            vector("gpt_neox.layers.0.attention.query_key_value.bias"),
            matrix("gpt_neox.layers.0.attention.dense.weight"),
            vector("gpt_neox.layers.0.post_attention_layernorm.weight"),
            matrix("gpt_neox.layers.0.mlp.dense_h_to_4h.weight"),
            vector("gpt_neox.final_layer_norm.bias"),
            matrix("embed_out.weight"));

    private static final List<StoredTensor> LLAMA = List.of(
            matrix("embed_tokens.weight"),
            matrix("layers.0.self_attn.q_proj.weight"),
            matrix("layers.0.self_attn.o_proj.weight"),
            vector("layers.0.self_attn.q_norm.weight"),
            matrix("layers.0.mlp.gate_proj.weight"),
            matrix("layers.0.mlp.down_proj.weight"),
            vector("layers.0.input_layernorm.weight"),
            vector("norm.weight"),
            matrix("lm_head.weight"));

    private static StoredTensor matrix(String name) {
        return tensor(name, SafetensorsType.F32, name, 3, 2);
    }

    private static StoredTensor vector(String name) {
        return tensor(name, SafetensorsType.F32, name, 3);
    }

    private static StoredTensor tensor(String name, SafetensorsType type, Object storage, long... shape) {
        List<Long> sizes = new ArrayList<>();
        long elements = 1;
        for (long size : shape) {
            sizes.add(size);
            elements *= size;
        }
        return new StoredTensor(
                name, type, sizes, MemorySegment.ofArray(new byte[(int) elements * type.bytes()]), FILE, storage);
    }

    private static ChosenTensors choose(List<StoredTensor> model, TensorSelection selection) {
        return selection.choose(FILE, model);
    }

    private static List<StoredTensor> model(String name) {
        return switch (name) {
            case "pytorch" -> PYTORCH;
            case "gpt2" -> GPT2;
            case "neox" -> NEOX;
            case "llama" -> LLAMA;
            default -> throw new IllegalArgumentException(name);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "pytorch, attention, encoder.layers.0.self_attn.in_proj_weight encoder.layers.0.self_attn.out_proj.weight"
                + " decoder.layers.0.multihead_attn.in_proj_weight",
        "pytorch, mlp, encoder.layers.0.linear1.weight encoder.layers.0.linear2.weight",
        "pytorch, embeddings, tok_emb.weight pos_emb",
        "pytorch, norms, encoder.layers.0.norm1.weight ln.weight",
        "gpt2, attention, transformer.h.0.attn.c_attn.weight",
        "gpt2, mlp, transformer.h.0.mlp.c_fc.weight transformer.h.0.mlp.c_proj.weight",
        "gpt2, blocks, transformer.h.0.attn.c_attn.weight transformer.h.0.mlp.c_fc.weight"
                + " transformer.h.0.mlp.c_proj.weight",
        "gpt2, embeddings, transformer.wte.weight transformer.wpe.weight",
        "gpt2, norms, transformer.h.0.ln_1.bias transformer.ln_f.weight",
        "neox, attention, gpt_neox.layers.0.attention.query_key_value.weight"
                + " gpt_neox.layers.0.attention.dense.weight",
        "neox, mlp, gpt_neox.layers.0.mlp.dense_h_to_4h.weight",
        "neox, embeddings, gpt_neox.embed_in.weight",
        "neox, norms, gpt_neox.layers.0.post_attention_layernorm.weight gpt_neox.final_layer_norm.bias",
        "llama, attention, layers.0.self_attn.q_proj.weight layers.0.self_attn.o_proj.weight",
        "llama, mlp, layers.0.mlp.gate_proj.weight layers.0.mlp.down_proj.weight",
        "llama, embeddings, embed_tokens.weight",
        "llama, norms, layers.0.self_attn.q_norm.weight layers.0.input_layernorm.weight norm.weight"
    })
    void namedSubsetsFollowTheNamesOfPrograms(String model, String subset, String names) {
        assertThat(choose(model(model), TensorSelection.of(subset)).selected()).containsExactly(names.split(" "));
    }

    @Test
    void everythingIsAllButBuffersAndTiedCopies() {
        ChosenTensors gpt2 = choose(GPT2, TensorSelection.of("all"));
        assertThat(gpt2.leftOut())
                .containsOnlyKeys("transformer.h.0.attn.bias", "transformer.h.0.attn.masked_bias", "lm_head.weight")
                .containsEntry("transformer.h.0.attn.bias", "a buffer, which is not trained")
                .containsEntry("lm_head.weight", "the same memory as transformer.wte.weight");
        assertThat(choose(GPT2, TensorSelection.of("all", List.of(), List.of(), true))
                        .selected())
                .contains("lm_head.weight")
                .hasSize(9);
        assertThat(choose(NEOX, TensorSelection.of("all")).leftOut())
                .containsOnlyKeys(
                        "gpt_neox.layers.0.attention.bias",
                        "gpt_neox.layers.0.attention.masked_bias",
                        "gpt_neox.layers.0.attention.rotary_emb.inv_freq")
                .containsEntry("gpt_neox.layers.0.attention.bias", "holds BOOL, no floating-point numbers");
        assertThat(choose(PYTORCH, TensorSelection.of("all")).selected()).hasSize(PYTORCH.size());
    }

    @Test
    void groupsAreEachLayersPartsAndTheRest() {
        List<TensorGroup> groups = choose(GPT2, TensorSelection.of("attention")).groups();
        assertThat(groups.stream().map(TensorGroup::name))
                .containsExactly("transformer.h.0.attention", "embeddings", "biases", "norms", "transformer.h.0.mlp");
        assertThat(groups.stream().filter(TensorGroup::selected).map(TensorGroup::name))
                .containsExactly("transformer.h.0.attention");
        assertThat(groups.stream().mapToLong(TensorGroup::parameters).sum()).isEqualTo(24 + 6 * 4 + 3 * 3);
        assertThat(GroupSpectra.members(groups).keySet())
                .containsExactly(
                        "attention",
                        "embeddings",
                        "biases",
                        "norms",
                        "mlp",
                        "transformer.h.0.attention",
                        "transformer.h.0.mlp");
    }

    @Test
    void expressionsChooseAndRefine() {
        assertThat(choose(GPT2, TensorSelection.of("transformer\\.h\\.\\d+\\.attn\\..*weight"))
                        .selected())
                .containsExactly("transformer.h.0.attn.c_attn.weight");
        ChosenTensors refined =
                choose(GPT2, TensorSelection.of("mlp", List.of("ln_f"), List.of("c_proj", "wpe"), false));
        assertThat(refined.selected()).containsExactly("transformer.h.0.mlp.c_fc.weight", "transformer.ln_f.weight");
        assertThat(refined.leftOut())
                .containsEntry("transformer.h.0.mlp.c_proj.weight", "excluded by 'c_proj'")
                .containsEntry("transformer.h.0.attn.c_attn.weight", "not of the mlp subset");
        assertThat(refined.read()).noneMatch(tensor -> tensor.name().contains("c_proj"));
    }

    @Test
    void anExpressionThatMatchesNothingShowsWhatIsNear() {
        refused(GPT2, "atention", "'atention' is not one of attention, blocks", "did you mean 'attention'?");
        refused(
                GPT2,
                "transfomer\\.h\\.\\d+\\.attn",
                "is found in no tensor's name",
                "did you mean 'transformer.h.0.attn'?",
                "names are transformer.wte.weight, ");
        assertThatThrownBy(() -> choose(GPT2, TensorSelection.of("all", List.of(), List.of("lm_haed"), false)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--exclude 'lm_haed' is found in no tensor's name; did you mean 'lm_head'?");
        assertThatThrownBy(() -> TensorSelection.of("(attn"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--subset: '(attn' is not a regular expression");
    }

    private static void refused(List<StoredTensor> model, String subset, String... parts) {
        assertThatThrownBy(() -> choose(model, TensorSelection.of(subset)))
                .isInstanceOf(UsageException.class)
                .satisfies(failure ->
                        assertThat(failure.getMessage()).contains(parts).doesNotContain("\n"));
    }

    @Test
    void aSubsetThatAModelLacksIsSaid() {
        assertThatThrownBy(() -> choose(List.of(matrix("conv1.weight")), TensorSelection.of("attention")))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("has no tensor of the attention subset, the matrices of attention by their usual")
                .hasMessageContaining("its first tensor is conv1.weight");
    }

    /** Which would try more than 2⁴⁰ ways. */
    @Test
    void aCatastrophicExpressionEnds() {
        List<StoredTensor> model = List.of(matrix("a".repeat(60) + ".weight"), matrix("b"));
        assertThatThrownBy(() -> choose(model, TensorSelection.of("^(a|aa)+\\1c", List.of(), List.of(), false)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("'^(a|aa)+\\1c' repeats too much");
    }

    @Test
    void namesThatNobodyKnowsAreOther() {
        List<StoredTensor> model = new ArrayList<>(Collections.nCopies(1, matrix("stages.3.mix.weight")));
        model.add(matrix("projection"));
        assertThat(choose(model, TensorSelection.of("all")).groups().stream().map(TensorGroup::name))
                .containsExactly("stages.3.other", "other");
        assertThat(choose(model, TensorSelection.of("blocks")).selected()).containsExactly("stages.3.mix.weight");
    }
}
