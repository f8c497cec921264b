package dev.spectraledge.trainer.io;

/** The upper half of a float32, to which numbers are rounded that are kept in half the space: 8 binary digits. */
final class Bfloat16 {
    private static final int UPPER_HALF = 16;
    private static final int LOWER_HALF = 0xffff;
    /** A lower half that is as near to the next number as to this one. */
    private static final int MIDDLE = 0x8000;
    /** Of a NaN, a bit that does not vanish with the lower half. */
    private static final int QUIET = 0x40;

    private Bfloat16() {}

    /** The nearest bfloat16, of two the one that ends in 0; NaN stays NaN, and what is too large becomes infinite. */
    static short nearest(double value) {
        float single = (float) value;
        int bits = Float.floatToRawIntBits(single);
        if (Float.isNaN(single)) {
            return (short) (bits >>> UPPER_HALF | QUIET);
        }
        if ((bits & LOWER_HALF) == MIDDLE && single != value) {
            // Rounding to float32 has put it in the middle, where it was not.
            bits += Math.abs(value) > Math.abs(single) ? 1 : -1;
        }
        return (short) ((bits + (MIDDLE - 1) + (bits >>> UPPER_HALF & 1)) >>> UPPER_HALF);
    }
}
