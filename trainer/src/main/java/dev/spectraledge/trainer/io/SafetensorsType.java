package dev.spectraledge.trainer.io;

import dev.spectraledge.kernels.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Element types of safetensors files that this program reads, with the type that holds their values without loss (64-bit
 * integers are checked to fit 32 bits when they are read). All are little-endian and need no alignment.
 */
public enum SafetensorsType {
    F64(8, DType.FLOAT64),
    F32(4, DType.FLOAT32),
    F16(2, DType.FLOAT32),
    BF16(2, DType.FLOAT32),
    I64(8, DType.INT32),
    I32(4, DType.INT32),
    I16(2, DType.INT32),
    I8(1, DType.INT32),
    U8(1, DType.INT32),
    BOOL(1, DType.INT32);

    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final Map<String, SafetensorsType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Enum::name, type -> type));

    private final int bytes;
    private final DType memoryType;

    SafetensorsType(int bytes, DType memoryType) {
        this.bytes = bytes;
        this.memoryType = memoryType;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** The type of a tensor in memory that holds these values. */
    public DType memoryType() {
        return memoryType;
    }

    /** Whether elements are floating-point numbers. */
    public boolean isFloating() {
        return memoryType.isFloating();
    }

    /** The type that a header calls by this name, if there is one. */
    static Optional<SafetensorsType> of(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Enum::name).toList();
    }

    /** Element {@code index} of {@code data}, a run of elements of this floating-point type. */
    public double real(MemorySegment data, long index) {
        long offset = index * bytes;
        return switch (this) {
            case F64 -> data.get(DOUBLE, offset);
            case F32 -> data.get(FLOAT, offset);
            case F16 -> Float.float16ToFloat(data.get(SHORT, offset));
            case BF16 -> Float.intBitsToFloat(data.get(SHORT, offset) << 16);
            default -> throw new IllegalStateException(this + " holds integers");
        };
    }

    /** Element {@code index} of {@code data}, a run of elements of this integer type. */
    public long integer(MemorySegment data, long index) {
        long offset = index * bytes;
        return switch (this) {
            case I64 -> data.get(LONG, offset);
            case I32 -> data.get(INT, offset);
            case I16 -> data.get(SHORT, offset);
            case I8 -> data.get(ValueLayout.JAVA_BYTE, offset);
            case U8, BOOL -> data.get(ValueLayout.JAVA_BYTE, offset) & 0xFFL;
            default -> throw new IllegalStateException(this + " holds floating-point numbers");
        };
    }
}
