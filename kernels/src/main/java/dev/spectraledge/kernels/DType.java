package dev.spectraledge.kernels;

import java.lang.foreign.ValueLayout;

/** Element type of a {@link Tensor}. */
public enum DType {
    FLOAT32(4, "F32"),
    FLOAT64(8, "F64"),
    INT32(4, "I32");

    private final int bytes;
    private final String safetensorsName;

    DType(int bytes, String safetensorsName) {
        this.bytes = bytes;
        this.safetensorsName = safetensorsName;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Name of this type in a safetensors header. */
    public String safetensorsName() {
        return safetensorsName;
    }

    /** Layout of one element. */
    public ValueLayout layout() {
        return switch (this) {
            case FLOAT32 -> ValueLayout.JAVA_FLOAT;
            case FLOAT64 -> ValueLayout.JAVA_DOUBLE;
            case INT32 -> ValueLayout.JAVA_INT;
        };
    }

    /** Whether this is a floating-point type. */
    public boolean isFloating() {
        return this != INT32;
    }
}
