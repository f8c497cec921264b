package dev.spectraledge.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.StoredFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class StoredNumbersTest {
    private static final int ALL_HALVES = 1 << 16;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Test
    void everyFloat16IsWidenedExactly() {
        requireAllHalves(StoredFormat.FLOAT16, half -> Float.float16ToFloat((short) half));
    }

    @Test
    void everyBfloat16IsWidenedExactly() {
        requireAllHalves(StoredFormat.BFLOAT16, half -> Float.intBitsToFloat(half << 16));
    }

    private static void requireAllHalves(StoredFormat format, IntToDoubleFunction value) {
        try (Arena arena = Arena.ofConfined()) {
            // At an odd address, as in a file.
            MemorySegment source = arena.allocate(2L * ALL_HALVES + 1).asSlice(1);
            for (int half = 0; half < ALL_HALVES; half++) {
                source.set(SHORT, 2L * half, (short) half);
            }
            MemorySegment target = arena.allocate(8L * ALL_HALVES, 8);
            StoredNumbers.widen(format, source.address(), ALL_HALVES, target.address());
            for (int half = 0; half < ALL_HALVES; half++) {
                double widened = target.getAtIndex(ValueLayout.JAVA_DOUBLE, half);
                assertThat(Double.compare(widened, value.applyAsDouble(half)))
                        .as("%s of bits %x is %s", format, half, widened)
                        .isZero();
            }
        }
    }

    @Test
    void anyNumberOfFloatsAndDoublesIsWidened() {
        Random random = new Random(3);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(8L * 70 + 3).asSlice(3);
            MemorySegment target = arena.allocate(8L * 70, 8);
            for (StoredFormat format : new StoredFormat[] {StoredFormat.FLOAT32, StoredFormat.FLOAT64}) {
                for (int count = 0; count < 70; count++) {
                    double[] values = random.doubles(count).map(x -> (float) x).toArray();
                    for (int index = 0; index < count; index++) {
                        if (format == StoredFormat.FLOAT32) {
                            source.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * index, (float) values[index]);
                        } else {
                            source.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, 8L * index, values[index]);
                        }
                    }
                    StoredNumbers.widen(format, source.address(), count, target.address());
                    assertThat(target.asSlice(0, 8L * count).toArray(ValueLayout.JAVA_DOUBLE))
                            .containsExactly(values);
                }
            }
        }
    }
}
