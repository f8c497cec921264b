package dev.spectraledge.trainer.model;

/**
 * How a block computes, beside its sizes.
 *
 * @param rotary null where positions are in the residual stream
 * @param gated whether the hidden layer is SwiGLU in place of the shape's GELU
 * @param parallelResidual whether both parts read what enters the block
 * @param keepsProbabilities whether attention is kept as a matrix, for the backward and for whoever looks at it; if not, memory
 *     is linear in the length of sequences
 */
record BlockStyle(
        NormStyle norm, RotaryPositions rotary, boolean gated, boolean parallelResidual, boolean keepsProbabilities) {
    /** That of PyTorch's pre-norm {@code TransformerEncoderLayer}. */
    static final BlockStyle TORCH = new BlockStyle(NormStyle.TORCH, null, false, false, true);
}
