package dev.spectraledge.trainer.config;

import dev.spectraledge.kernels.DType;

/** Floating-point type of parameters, activations and gradients, and that of the products of matrices where it differs. */
public enum Precision {
    /** Single precision. */
    FLOAT32(DType.FLOAT32, false),
    /** Double precision, for verification. */
    FLOAT64(DType.FLOAT64, false),
    /** Single precision, but products of operands rounded to 10 bits of mantissa, on the tensor cores of a GPU. */
    TF32(DType.FLOAT32, true),
    /** Single precision, but products of operands rounded to bfloat16, accumulated in single precision, on a GPU. */
    BF16(DType.FLOAT32, true);

    private final DType type;
    private final boolean needsDevice;

    Precision(DType type, boolean needsDevice) {
        this.type = type;
        this.needsDevice = needsDevice;
    }

    /** Whether only a GPU computes like this. */
    public boolean needsDevice() {
        return needsDevice;
    }

    /** The element type of tensors. */
    public DType type() {
        return type;
    }
}
