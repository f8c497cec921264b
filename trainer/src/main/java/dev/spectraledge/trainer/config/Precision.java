package dev.spectraledge.trainer.config;

import dev.spectraledge.kernels.DType;

/** Floating-point type of parameters, activations and gradients, and that of the products of matrices where it differs. */
public enum Precision {
    /** Single precision. */
    FLOAT32(DType.FLOAT32, 24, false),
    /** Double precision, for verification. */
    FLOAT64(DType.FLOAT64, 53, false),
    /** Single precision, but products of operands rounded to 10 bits of mantissa, on the tensor cores of a GPU. */
    TF32(DType.FLOAT32, 11, true),
    /** Single precision, but products of operands rounded to bfloat16, accumulated in single precision, on a GPU. */
    BF16(DType.FLOAT32, 8, true);

    private final DType type;
    private final int digits;
    private final boolean needsDevice;

    /** @param digits binary digits of the significand of an operand */
    Precision(DType type, int digits, boolean needsDevice) {
        this.type = type;
        this.digits = digits;
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

    /** Unit roundoff of operands: the greatest relative error of rounding to the nearest, 2^−digits. */
    public double roundoff() {
        return Math.scalb(1.0, -digits);
    }
}
