package dev.spectraledge.trainer.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** How tokens are stored in a file: unsigned where that is all that they need, little-endian. */
public enum TokenWidth {
    U8(1),
    U16(2),
    I32(4);

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int bytes;

    TokenWidth(int bytes) {
        this.bytes = bytes;
    }

    /** Of a token. */
    int bytes() {
        return bytes;
    }

    /** Token number {@code index}. */
    int read(MemorySegment tokens, long index) {
        return switch (this) {
            case U8 -> Byte.toUnsignedInt(tokens.get(ValueLayout.JAVA_BYTE, index));
            case U16 -> Short.toUnsignedInt(tokens.get(SHORT, index * Short.BYTES));
            case I32 -> tokens.get(INT, index * Integer.BYTES);
        };
    }

    /** Whether there are tokens of this width outside of {@code 0 … vocabulary − 1}. */
    boolean exceeds(int vocabulary) {
        return this == I32 || vocabulary < 1 << (bytes * Byte.SIZE);
    }
}
