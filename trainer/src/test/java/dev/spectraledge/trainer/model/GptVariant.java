package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Gelu;

/** A GPT of each style, with awkward sizes, and sequences of {@value #LONGEST} tokens. */
public enum GptVariant {
    GPT2(0, Normalization.LAYER_NORM, false, true, false, true),
    NANO_GPT(0, Normalization.LAYER_NORM_WITHOUT_BIAS, false, false, false, true),
    ROTARY(8, Normalization.LAYER_NORM, false, false, false, true),
    NEOX(4, Normalization.LAYER_NORM, false, true, true, false),
    LLAMA(8, Normalization.RMS_NORM, true, false, false, false),
    GATED_WITH_BIASES(0, Normalization.RMS_NORM, true, true, true, true),
    /** Of so long a context that attention is computed in tiles. */
    LONG(4, Normalization.LAYER_NORM, false, true, false, true);

    public static final int VOCABULARY = 7;
    public static final int LONGEST = 9;

    /** 0 for learned positions. */
    private final int rotatedWidth;

    private final Normalization norm;
    private final boolean gated;
    private final boolean biases;
    private final boolean parallelResidual;
    private final boolean tiedHead;

    GptVariant(
            int rotatedWidth,
            Normalization norm,
            boolean gated,
            boolean biases,
            boolean parallelResidual,
            boolean tiedHead) {
        this.rotatedWidth = rotatedWidth;
        this.norm = norm;
        this.gated = gated;
        this.biases = biases;
        this.parallelResidual = parallelResidual;
        this.tiedHead = tiedHead;
    }

    public GptArchitecture architecture() {
        int context = this == LONG ? 1000 : LONGEST;
        RotaryPositions rotary = rotatedWidth == 0 ? null : new RotaryPositions(rotatedWidth, 100);
        return new GptArchitecture(
                new TransformerShape(VOCABULARY, VOCABULARY, context, context, 2, 16, 2, 10, Gelu.TANH),
                new GptStyle(rotary, norm, 1e-5, gated, biases, parallelResidual, tiedHead, true));
    }
}
