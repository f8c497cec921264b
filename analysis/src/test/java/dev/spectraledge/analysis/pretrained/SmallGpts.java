package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.GptStyle;
import dev.spectraledge.trainer.model.Normalization;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.RotaryPositions;
import dev.spectraledge.trainer.model.TransformerShape;

/** Small models that Hugging Face's libraries have, some of them only with biases that are zero. */
enum SmallGpts {
    GPT2("gpt2", Gelu.TANH, 0, Normalization.LAYER_NORM, true, false, true),
    NANO("gpt2", Gelu.ERF, 0, Normalization.LAYER_NORM, false, false, true),
    BARE("gpt2", Gelu.ERF, 0, Normalization.LAYER_NORM_WITHOUT_BIAS, false, false, false),
    NEOX("gpt_neox", Gelu.ERF, 4, Normalization.LAYER_NORM, true, true, false),
    SEQUENTIAL_NEOX("gpt_neox", Gelu.TANH, 8, Normalization.LAYER_NORM, false, false, true),
    LLAMA("llama", Gelu.ERF, 8, Normalization.RMS_NORM, false, false, false),
    TIED_LLAMA("llama", Gelu.ERF, 8, Normalization.RMS_NORM, true, false, true);

    /** Golden folders, the forms in which weights lie there, and the logits that those of a form give. */
    static final String FORMS = """
            hf_gpt2_tiny, ., logits
            hf_gpt2_tiny, sharded, logits
            hf_gpt2_tiny, hub, logits
            hf_gpt2_tiny, bin, logits
            hf_gpt2_tiny, bf16, logits_bf16
            hf_llama_tiny, ., logits
            hf_llama_tiny, sharded, logits
            hf_llama_tiny, bf16, logits_bf16
            hf_neox_tiny, ., logits
            hf_neox_tiny, f16, logits_f16
            hf_neox_tiny, hub, logits_f16
            """;

    private static final int CONTEXT = 12;
    private static final int HIDDEN = 12;
    private static final int VOCABULARY = 11;

    private final String family;
    private final Gelu gelu;
    /** 0 for learned positions. */
    private final int rotatedWidth;

    private final Normalization norm;
    private final boolean biases;
    private final boolean parallel;
    private final boolean tied;

    SmallGpts(
            String family,
            Gelu gelu,
            int rotatedWidth,
            Normalization norm,
            boolean biases,
            boolean parallel,
            boolean tied) {
        this.family = family;
        this.gelu = gelu;
        this.rotatedWidth = rotatedWidth;
        this.norm = norm;
        this.biases = biases;
        this.parallel = parallel;
        this.tied = tied;
    }

    /** What it is called where it goes. */
    String family() {
        return family;
    }

    GptArchitecture architecture() {
        return architecture(VOCABULARY);
    }

    GptArchitecture architecture(int vocabulary) {
        RotaryPositions rotary = rotatedWidth == 0 ? null : new RotaryPositions(rotatedWidth, 500);
        boolean gated = norm == Normalization.RMS_NORM;
        return of(gelu, new GptStyle(rotary, norm, 1e-5, gated, biases, parallel, tied, true), HIDDEN, vocabulary);
    }

    static GptArchitecture of(Gelu gelu, GptStyle style, int hidden) {
        return of(gelu, style, hidden, VOCABULARY);
    }

    private static GptArchitecture of(Gelu gelu, GptStyle style, int hidden, int vocabulary) {
        return new GptArchitecture(
                new TransformerShape(vocabulary, vocabulary, CONTEXT, CONTEXT, 2, 16, 2, hidden, gelu), style);
    }

    /** Weights so large that every one of them matters. */
    static Parameters weights(MemoryOwner owner, GptArchitecture architecture) {
        CpuBackend backend = new CpuBackend();
        Parameters parameters = Parameters.allocate(backend, owner, DType.FLOAT64, 1, architecture.layout());
        backend.normal(new PhiloxKey[] {new PhiloxKey(3, 1)}, 0, 0.4, parameters.flat());
        return parameters;
    }
}
