package dev.spectraledge.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

/** Lets one test body cover the float32 and the float64 routine: values are held as doubles on the Java side. */
enum Precision {
    FLOAT(Float.BYTES, 0x1p-23),
    DOUBLE(Double.BYTES, 0x1p-52);

    final int bytes;

    /** Distance of 1 to the next number ({@code xLAMCH('Precision')} in LAPACK's tests). */
    final double epsilon;

    Precision(int bytes, double epsilon) {
        this.bytes = bytes;
        this.epsilon = epsilon;
    }

    MemorySegment allocate(Arena arena, long elements) {
        return arena.allocate(elements * bytes, 64);
    }

    MemorySegment of(Arena arena, double... values) {
        MemorySegment segment = allocate(arena, values.length);
        for (int i = 0; i < values.length; i++) {
            set(segment, i, values[i]);
        }
        return segment;
    }

    void set(MemorySegment segment, long index, double value) {
        if (this == FLOAT) {
            segment.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, index, (float) value);
        } else {
            segment.setAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, index, value);
        }
    }

    double get(MemorySegment segment, long index) {
        return this == FLOAT
                ? segment.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, index)
                : segment.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, index);
    }

    double[] read(MemorySegment segment) {
        double[] values = new double[(int) (segment.byteSize() / bytes)];
        for (int i = 0; i < values.length; i++) {
            values[i] = get(segment, i);
        }
        return values;
    }

    /** Standard normal values, rounded to this precision so that both sides start from the same numbers. */
    double[] gaussian(RandomGenerator random, int length) {
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = this == FLOAT ? (float) random.nextGaussian() : random.nextGaussian();
        }
        return values;
    }
}
