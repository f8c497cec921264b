package dev.spectraledge.kernels;

/** How programs store floating-point numbers in files: little-endian, and aligned to nothing. */
public enum StoredFormat {
    FLOAT64(8),
    FLOAT32(4),
    FLOAT16(2),
    /** The upper half of a float32. */
    BFLOAT16(2);

    private final int bytes;

    StoredFormat(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one number. */
    public int bytes() {
        return bytes;
    }
}
