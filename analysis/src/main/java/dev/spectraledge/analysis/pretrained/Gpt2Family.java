package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.GptStyle;
import dev.spectraledge.trainer.model.Normalization;
import dev.spectraledge.trainer.model.TransformerShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** GPT-2: the names are nearly those of nanoGPT, whose model it was; linear layers are Conv1D, {@code [in, out]}. */
final class Gpt2Family implements ModelFamily {
    @Override
    public String type() {
        return "gpt2";
    }

    @Override
    public String prefix() {
        return "transformer.";
    }

    @Override
    public Pattern buffers() {
        return Pattern.compile("h\\.\\d+\\.attn\\.(bias|masked_bias)");
    }

    @Override
    public String headName() {
        return "lm_head.weight";
    }

    @Override
    public GptArchitecture architecture(ModelSettings settings) {
        settings.require(
                "scale_attn_weights", true, "attention scores must be divided by the square root of the head's width");
        settings.require(
                "scale_attn_by_inverse_layer_idx", false, "attention scores of all layers must be scaled alike");
        settings.require("add_cross_attention", false, "cross-attention is not supported");
        int width = settings.size("n_embd");
        TransformerShape shape = ModelFamily.shape(
                settings,
                settings.size("n_positions"),
                settings.size("n_layer"),
                width,
                "n_head",
                settings.size("n_inner", 4 * width),
                ModelFamily.gelu(settings, "activation_function", "gelu_new"));
        return new GptArchitecture(
                shape,
                new GptStyle(
                        null,
                        Normalization.LAYER_NORM,
                        settings.epsilon("layer_norm_epsilon", 1e-5),
                        false,
                        true,
                        false,
                        settings.flag("tie_word_embeddings", true),
                        true));
    }

    @Override
    public List<Correspondence> correspondences(GptArchitecture model) {
        TransformerShape shape = model.shape();
        GptStyle style = model.style();
        int width = shape.width();
        int hidden = shape.feedForwardWidth();
        Tensors tensors = new Tensors();
        tensors.table("transformer.wte.weight", "transformer.wte.weight", shape.vocabulary(), width);
        tensors.table("transformer.wpe.weight", "transformer.wpe.weight", shape.positions(), width);
        for (int layer = 0; layer < shape.layers(); layer++) {
            String block = "transformer.h." + layer;
            norm(tensors, block + ".ln_1", style, width);
            linear(tensors, block + ".attn.c_attn", style, 3 * width, width);
            linear(tensors, block + ".attn.c_proj", style, width, width);
            norm(tensors, block + ".ln_2", style, width);
            linear(tensors, block + ".mlp.c_fc", style, hidden, width);
            linear(tensors, block + ".mlp.c_proj", style, width, hidden);
        }
        norm(tensors, "transformer.ln_f", style, width);
        if (!style.tiedHead()) {
            tensors.table("lm_head.weight", "lm_head.weight", shape.vocabulary(), width);
        }
        return tensors.list();
    }

    private static void norm(Tensors tensors, String name, GptStyle style, int width) {
        tensors.norm(name, name, width, style.norm() == Normalization.LAYER_NORM);
    }

    private static void linear(Tensors tensors, String name, GptStyle style, int out, int in) {
        tensors.linear(name, name, out, in, style.biases(), Correspondence.TRANSPOSED);
    }

    @Override
    public String objection(GptArchitecture model) {
        GptStyle style = model.style();
        boolean fits = style.rotary() == null && ModelFamily.isGelu(style) && !style.parallelResidual();
        return fits ? null : "has learned positions, layer norms, GELU and one part of a block after the other";
    }

    @Override
    public Map<String, Object> settings(GptArchitecture model) {
        TransformerShape shape = model.shape();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("architectures", List.of("GPT2LMHeadModel"));
        settings.put("model_type", type());
        settings.put("activation_function", ModelFamily.geluName(shape.gelu()));
        settings.put("layer_norm_epsilon", model.style().epsilon());
        settings.put("n_embd", shape.width());
        settings.put("n_head", shape.heads());
        settings.put("n_inner", shape.feedForwardWidth());
        settings.put("n_layer", shape.layers());
        settings.put("n_positions", shape.positions());
        settings.put("n_ctx", shape.positions());
        settings.put("tie_word_embeddings", model.style().tiedHead());
        settings.put("vocab_size", shape.vocabulary());
        // What it was trained with.
        settings.put("attn_pdrop", 0.0);
        settings.put("embd_pdrop", 0.0);
        settings.put("resid_pdrop", 0.0);
        return settings;
    }
}
