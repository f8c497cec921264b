package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.GptStyle;
import dev.spectraledge.trainer.model.Normalization;
import dev.spectraledge.trainer.model.TransformerShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Llama without grouped queries: projections that are one matrix here are several there. */
final class LlamaFamily implements ModelFamily {
    private static final String OTHER_HEADS = "num_key_value_heads";

    @Override
    public String type() {
        return "llama";
    }

    @Override
    public String prefix() {
        return "model.";
    }

    @Override
    public Pattern buffers() {
        return Pattern.compile("(layers\\.\\d+\\.self_attn\\.)?rotary_emb\\.inv_freq");
    }

    @Override
    public String headName() {
        return "lm_head.weight";
    }

    @Override
    public GptArchitecture architecture(ModelSettings settings) {
        settings.oneOf("hidden_act", "silu", List.of("silu"));
        int width = settings.size("hidden_size");
        TransformerShape shape = ModelFamily.shape(
                settings,
                settings.size("max_position_embeddings"),
                settings.size("num_hidden_layers"),
                width,
                "num_attention_heads",
                settings.size("intermediate_size"),
                Gelu.ERF);
        int keyHeads = settings.size(OTHER_HEADS, shape.heads());
        if (keyHeads != shape.heads()) {
            throw settings.refused(
                    OTHER_HEADS,
                    keyHeads,
                    "grouped queries are not supported: each of the " + shape.heads()
                            + " heads needs its own keys and values");
        }
        int headWidth = settings.size("head_dim", ModelFamily.headWidth(shape));
        if (headWidth != ModelFamily.headWidth(shape)) {
            throw settings.refused(
                    "head_dim", headWidth, "heads here are " + ModelFamily.headWidth(shape) + " wide: width by heads");
        }
        boolean biases = settings.flag("attention_bias", false);
        settings.require("mlp_bias", biases, "either all linear layers of a block must have biases or none");
        return new GptArchitecture(
                shape,
                new GptStyle(
                        new RotarySettings(settings, "partial_rotary_factor", 1, "rope_theta").positions(headWidth),
                        Normalization.RMS_NORM,
                        settings.epsilon("rms_norm_eps", 1e-6),
                        true,
                        biases,
                        false,
                        settings.flag("tie_word_embeddings", false),
                        true));
    }

    @Override
    public List<Correspondence> correspondences(GptArchitecture model) {
        TransformerShape shape = model.shape();
        GptStyle style = model.style();
        int width = shape.width();
        int hidden = shape.feedForwardWidth();
        Tensors tensors = new Tensors();
        tensors.table("transformer.wte.weight", "model.embed_tokens.weight", shape.vocabulary(), width);
        for (int layer = 0; layer < shape.layers(); layer++) {
            String ours = "transformer.h." + layer;
            String theirs = "model.layers." + layer;
            tensors.gain(ours + ".ln_1", theirs + ".input_layernorm", width);
            List<String> operands = List.of("q_proj", "k_proj", "v_proj");
            for (int operand = 0; operand < operands.size(); operand++) {
                String name = theirs + ".self_attn." + operands.get(operand);
                linear(tensors, ours + ".attn.c_attn", operand * width, name, width, width, style.biases());
            }
            linear(tensors, ours + ".attn.c_proj", 0, theirs + ".self_attn.o_proj", width, width, style.biases());
            tensors.gain(ours + ".ln_2", theirs + ".post_attention_layernorm", width);
            linear(tensors, ours + ".mlp.c_fc", 0, theirs + ".mlp.gate_proj", hidden, width, style.biases());
            linear(tensors, ours + ".mlp.c_fc", hidden, theirs + ".mlp.up_proj", hidden, width, style.biases());
            linear(tensors, ours + ".mlp.c_proj", 0, theirs + ".mlp.down_proj", width, hidden, style.biases());
        }
        tensors.gain("transformer.ln_f", "model.norm", width);
        if (!style.tiedHead()) {
            tensors.table("lm_head.weight", headName(), shape.vocabulary(), width);
        }
        return tensors.list();
    }

    private static void linear(
            Tensors tensors, String ours, int firstRow, String theirs, int out, int in, boolean hasBias) {
        tensors.part(ours + ".weight", firstRow, theirs + ".weight", out, in);
        if (hasBias) {
            tensors.biasPart(ours + ".bias", firstRow, theirs + ".bias", out);
        }
    }

    @Override
    public String objection(GptArchitecture model) {
        GptStyle style = model.style();
        boolean fits = style.norm() == Normalization.RMS_NORM
                && style.gated()
                && !style.parallelResidual()
                && style.rotary() != null
                && style.rotary().rotatedWidth() == ModelFamily.headWidth(model.shape());
        return fits
                ? null
                : "has RMS norms, SwiGLU, rotary positions on whole heads and one part of a block after the other";
    }

    @Override
    public Map<String, Object> settings(GptArchitecture model) {
        TransformerShape shape = model.shape();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("architectures", List.of("LlamaForCausalLM"));
        settings.put("model_type", type());
        settings.put("attention_bias", model.style().biases());
        settings.put("hidden_act", "silu");
        settings.put("hidden_size", shape.width());
        settings.put("intermediate_size", shape.feedForwardWidth());
        settings.put("max_position_embeddings", shape.positions());
        settings.put("mlp_bias", model.style().biases());
        settings.put("num_attention_heads", shape.heads());
        settings.put("num_hidden_layers", shape.layers());
        settings.put(OTHER_HEADS, shape.heads());
        settings.put("rms_norm_eps", model.style().epsilon());
        settings.put("rope_theta", model.style().rotary().base());
        settings.put("tie_word_embeddings", model.style().tiedHead());
        settings.put("vocab_size", shape.vocabulary());
        return settings;
    }
}
