package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.GptStyle;
import dev.spectraledge.trainer.model.Normalization;
import dev.spectraledge.trainer.model.RotaryPositions;
import dev.spectraledge.trainer.model.TransformerShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** GPT-NeoX, hence Pythia: queries, keys and values of a head are neighbours in one matrix. */
final class GptNeoXFamily implements ModelFamily {
    @Override
    public String type() {
        return "gpt_neox";
    }

    @Override
    public String prefix() {
        return "gpt_neox.";
    }

    @Override
    public Pattern buffers() {
        return Pattern.compile("layers\\.\\d+\\.attention\\.(bias|masked_bias|rotary_emb\\.inv_freq)");
    }

    @Override
    public String headName() {
        return "embed_out.weight";
    }

    @Override
    public GptArchitecture architecture(ModelSettings settings) {
        settings.require("attention_bias", true, "either all linear layers of a block must have biases or none");
        Gelu gelu = ModelFamily.gelu(settings, "hidden_act", "gelu");
        int width = settings.size("hidden_size");
        TransformerShape shape = ModelFamily.shape(
                settings,
                settings.size("max_position_embeddings"),
                settings.size("num_hidden_layers"),
                width,
                "num_attention_heads",
                settings.size("intermediate_size"),
                gelu);
        RotarySettings rotary = new RotarySettings(settings, "rotary_pct", 0.25, "rotary_emb_base");
        return new GptArchitecture(
                shape,
                new GptStyle(
                        rotary.positions(ModelFamily.headWidth(shape)),
                        Normalization.LAYER_NORM,
                        settings.epsilon("layer_norm_eps", 1e-5),
                        false,
                        true,
                        settings.flag("use_parallel_residual", true),
                        settings.flag("tie_word_embeddings", false),
                        true));
    }

    @Override
    public List<Correspondence> correspondences(GptArchitecture model) {
        TransformerShape shape = model.shape();
        GptStyle style = model.style();
        int width = shape.width();
        int hidden = shape.feedForwardWidth();
        boolean biases = style.biases();
        boolean normBiases = style.norm() == Normalization.LAYER_NORM;
        Tensors tensors = new Tensors();
        tensors.table("transformer.wte.weight", "gpt_neox.embed_in.weight", shape.vocabulary(), width);
        for (int layer = 0; layer < shape.layers(); layer++) {
            String ours = "transformer.h." + layer;
            String theirs = "gpt_neox.layers." + layer;
            tensors.norm(ours + ".ln_1", theirs + ".input_layernorm", width, normBiases);
            tensors.linear(
                    ours + ".attn.c_attn",
                    theirs + ".attention.query_key_value",
                    3 * width,
                    width,
                    biases,
                    new Correspondence.Layout.PerHead(shape.heads()));
            linear(tensors, ours + ".attn.c_proj", theirs + ".attention.dense", width, width, biases);
            tensors.norm(ours + ".ln_2", theirs + ".post_attention_layernorm", width, normBiases);
            linear(tensors, ours + ".mlp.c_fc", theirs + ".mlp.dense_h_to_4h", hidden, width, biases);
            linear(tensors, ours + ".mlp.c_proj", theirs + ".mlp.dense_4h_to_h", width, hidden, biases);
        }
        tensors.norm("transformer.ln_f", "gpt_neox.final_layer_norm", width, normBiases);
        if (!style.tiedHead()) {
            tensors.table("lm_head.weight", headName(), shape.vocabulary(), width);
        }
        return tensors.list();
    }

    private static void linear(Tensors tensors, String ours, String theirs, int out, int in, boolean hasBias) {
        tensors.linear(ours, theirs, out, in, hasBias, Correspondence.PLAIN);
    }

    @Override
    public String objection(GptArchitecture model) {
        GptStyle style = model.style();
        boolean fits = style.rotary() != null && ModelFamily.isGelu(style);
        return fits ? null : "has rotary positions, layer norms and GELU";
    }

    @Override
    public Map<String, Object> settings(GptArchitecture model) {
        TransformerShape shape = model.shape();
        RotaryPositions rotary = model.style().rotary();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("architectures", List.of("GPTNeoXForCausalLM"));
        settings.put("model_type", type());
        settings.put("attention_bias", true);
        settings.put("hidden_act", ModelFamily.geluName(shape.gelu()));
        settings.put("hidden_size", shape.width());
        settings.put("intermediate_size", shape.feedForwardWidth());
        settings.put("layer_norm_eps", model.style().epsilon());
        settings.put("max_position_embeddings", shape.positions());
        settings.put("num_attention_heads", shape.heads());
        settings.put("num_hidden_layers", shape.layers());
        settings.put("rotary_emb_base", rotary.base());
        settings.put("rotary_pct", rotary.share(ModelFamily.headWidth(shape)));
        settings.put("tie_word_embeddings", model.style().tiedHead());
        settings.put("use_parallel_residual", model.style().parallelResidual());
        settings.put("vocab_size", shape.vocabulary());
        return settings;
    }
}
