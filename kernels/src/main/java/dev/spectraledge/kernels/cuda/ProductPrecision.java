package dev.spectraledge.kernels.cuda;

/** How a device multiplies FLOAT32 matrices; sums are in float32 always, and FLOAT64 matrices in float64. */
public enum ProductPrecision {
    /** True float32. */
    FP32,
    /** Operands rounded to the 10 bits of mantissa of TF32 by the tensor cores. */
    TF32,
    /** Operands rounded to bfloat16, 7 bits of mantissa; what they are copied from stays float32. */
    BF16
}
