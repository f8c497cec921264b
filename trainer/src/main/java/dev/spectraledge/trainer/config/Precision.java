package dev.spectraledge.trainer.config;

import dev.spectraledge.kernels.DType;

/** Floating-point type of parameters, activations and gradients. */
public enum Precision {
    /** Single precision. */
    FLOAT32(DType.FLOAT32),
    /** Double precision, for verification. */
    FLOAT64(DType.FLOAT64);

    private final DType type;

    Precision(DType type) {
        this.type = type;
    }

    /** The element type of tensors. */
    public DType type() {
        return type;
    }
}
