package dev.spectraledge.trainer.model;

/** How norms compute. */
record NormStyle(Normalization kind, double epsilon) {
    /** PyTorch's {@code LayerNorm} as it is without arguments. */
    static final NormStyle TORCH = new NormStyle(Normalization.LAYER_NORM, LayerNorm.USUAL_EPSILON);
}
