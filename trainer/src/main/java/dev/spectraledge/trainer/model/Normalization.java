package dev.spectraledge.trainer.model;

/** What is taken off and put on before each part of a block. */
public enum Normalization {
    /** Layer norm (Ba et al. 2016) with gain and bias. */
    LAYER_NORM(true, true),
    /** Layer norm with a gain alone, as nanoGPT's {@code bias=False}. */
    LAYER_NORM_WITHOUT_BIAS(true, false),
    /** RMS norm (Zhang and Sennrich 2019): no mean is subtracted, no bias added. */
    RMS_NORM(false, false);

    private final boolean centres;
    private final boolean hasBias;

    Normalization(boolean centres, boolean hasBias) {
        this.centres = centres;
        this.hasBias = hasBias;
    }

    boolean centres() {
        return centres;
    }

    boolean hasBias() {
        return hasBias;
    }
}
