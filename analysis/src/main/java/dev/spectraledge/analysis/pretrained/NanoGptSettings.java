package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.GptStyle;
import dev.spectraledge.trainer.model.Normalization;
import dev.spectraledge.trainer.model.TransformerShape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * nanoGPT's {@code model_args}. Its models have all biases or none; one of ours that has some of them is written with all, of
 * which those that it lacks are zero.
 */
record NanoGptSettings(GptArchitecture model, boolean hasBiases) {
    static final String FILE = "model_args.json";
    private static final String TABLE = "transformer.wte.weight";
    private static final String HEAD = "lm_head.weight";
    private static final String WEIGHT = ".weight";

    static NanoGptSettings of(GptArchitecture model) {
        GptStyle style = model.style();
        TransformerShape shape = model.shape();
        boolean fits = style.rotary() == null
                && style.norm() != Normalization.RMS_NORM
                && style.epsilon() == 1e-5
                && !style.gated()
                && !style.parallelResidual()
                && style.tiedHead()
                && shape.gelu() == Gelu.ERF
                && shape.feedForwardWidth() == 4 * shape.width();
        if (!fits) {
            throw new RunException("nanoGPT has no such model: its models have learned positions, layer norms with an "
                    + "epsilon of 1e-5, GELU by erf, hidden layers four times as wide as the model, one part "
                    + "of a block after the other and a tied head");
        }
        return new NanoGptSettings(model, style.biases() || style.norm() == Normalization.LAYER_NORM);
    }

    Map<String, Object> values() {
        TransformerShape shape = model.shape();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("n_layer", shape.layers());
        values.put("n_head", shape.heads());
        values.put("n_embd", shape.width());
        values.put("block_size", shape.positions());
        values.put("bias", hasBiases);
        values.put("vocab_size", shape.vocabulary());
        values.put("dropout", 0.0);
        return values;
    }

    /** All of a {@code state_dict}, in its order. */
    Map<String, Tensor> tensors(MemoryOwner owner, Map<String, Tensor> weights) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        weights.forEach((name, tensor) -> {
            tensors.put(name, tensor);
            String bias = name.replace(WEIGHT, ".bias");
            boolean canHaveBias = name.endsWith(WEIGHT) && !name.matches("transformer\\.w[tp]e\\.weight");
            if (canHaveBias && hasBiases && !weights.containsKey(bias)) {
                tensors.put(bias, Tensor.allocate(owner, tensor.type(), tensor.size(0)));
            }
        });
        tensors.put(HEAD, weights.get(TABLE));
        return tensors;
    }
}
