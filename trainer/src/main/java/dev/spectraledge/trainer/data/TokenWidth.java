package dev.spectraledge.trainer.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How tokens are stored in a file: unsigned where that is all that they need, little-endian. */
public enum TokenWidth {
    U8(1, "uint8"),
    U16(2, "uint16"),
    I32(4, "int32");

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int bytes;
    private final String dtype;

    TokenWidth(int bytes, String dtype) {
        this.bytes = bytes;
        this.dtype = dtype;
    }

    /** The narrower one of the two that other programs read, 16 bits without a sign if they are enough. */
    public static TokenWidth of(int vocabulary) {
        return vocabulary <= 1 << Short.SIZE ? U16 : I32;
    }

    /** What NumPy calls it. */
    public String dtype() {
        return dtype;
    }

    /** Of a token. */
    public int bytes() {
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

    /** Writes token number {@code index}. */
    public void write(MemorySegment tokens, long index, int token) {
        switch (this) {
            case U8 -> tokens.set(ValueLayout.JAVA_BYTE, index, (byte) token);
            case U16 -> tokens.set(SHORT, index * Short.BYTES, (short) token);
            case I32 -> tokens.set(INT, index * Integer.BYTES, token);
        }
    }

    /** Writes a token of this width at the position of a little-endian buffer. */
    public void append(ByteBuffer buffer, int token) {
        switch (this) {
            case U8 -> buffer.put((byte) token);
            case U16 -> buffer.putShort((short) token);
            case I32 -> buffer.putInt(token);
        }
    }

    /** Whether there are tokens of this width outside of {@code 0 … vocabulary − 1}. */
    boolean exceeds(int vocabulary) {
        return this == I32 || vocabulary < 1 << (bytes * Byte.SIZE);
    }
}
