package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.GptStyle;
import dev.spectraledge.trainer.model.Normalization;
import dev.spectraledge.trainer.model.TransformerShape;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** One kind of models of Hugging Face's: its settings, its names, how its matrices lie. */
interface ModelFamily {
    /** All that are read and written; of several that could hold a model, the first is written. */
    List<ModelFamily> ALL = List.of(new Gpt2Family(), new GptNeoXFamily(), new LlamaFamily());

    /** {@code model_type} in the settings. */
    String type();

    /** Begins the names of all tensors but the head's; files of a model without head leave it out. */
    String prefix();

    /** What stands in files of theirs, after the prefix, and is no parameter. */
    Pattern buffers();

    /** Its head. */
    String headName();

    /**
     * The model that settings describe, all of whose positions are its context.
     *
     * @throws dev.spectraledge.trainer.RunException with one line if it is none that can be computed here
     */
    GptArchitecture architecture(ModelSettings settings);

    /** Every tensor of theirs; the names are whole. */
    List<Correspondence> correspondences(GptArchitecture model);

    /** Why a model cannot be written as one of these; null if it can. */
    String objection(GptArchitecture model);

    /** The settings of a model without objection. */
    Map<String, Object> settings(GptArchitecture model);

    /** Name of the GELU of a shape in the settings. */
    static String geluName(Gelu gelu) {
        return gelu == Gelu.TANH ? "gelu_new" : "gelu";
    }

    /** The GELU of a name in the settings. */
    static Gelu gelu(ModelSettings settings, String key, String otherwise) {
        String name = settings.oneOf(key, otherwise, List.of("gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast"));
        return name.equals("gelu") ? Gelu.ERF : Gelu.TANH;
    }

    /** Sizes by the names of their keys. */
    static TransformerShape shape(
            ModelSettings settings, int positions, int layers, int width, String headsKey, int hidden, Gelu gelu) {
        int vocabulary = settings.size("vocab_size");
        int heads = settings.size(headsKey);
        if (width % heads != 0) {
            throw settings.refused(headsKey, heads, "it does not divide the width of " + width);
        }
        return new TransformerShape(vocabulary, vocabulary, positions, positions, layers, width, heads, hidden, gelu);
    }

    /** Width of a head. */
    static int headWidth(TransformerShape shape) {
        return shape.width() / shape.heads();
    }

    /** Whether a style has the norm and the gate of all but Llama. */
    static boolean isGelu(GptStyle style) {
        return style.norm() != Normalization.RMS_NORM && !style.gated();
    }
}
