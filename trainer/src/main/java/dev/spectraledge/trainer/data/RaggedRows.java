package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.MemoryOwner;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.function.LongToIntFunction;

/** Rows of INT32 numbers of different lengths, laid end to end outside of the heap. */
public final class RaggedRows {
    /** Odd, so that multiplying by it loses nothing; the golden ratio's fraction, as in Knuth's multiplicative hash. */
    private static final long MIXER = 0x9E37_79B9_7F4A_7C15L;

    private final MemorySegment values;
    /** Where each row begins, and where the last one ends: INT64 {@code [rows + 1]}. */
    private final MemorySegment begins;

    private RaggedRows(MemorySegment values, MemorySegment begins) {
        this.values = values;
        this.begins = begins;
    }

    /** Rows of zeros, to be filled by {@link #set}. */
    static RaggedRows allocate(MemoryOwner owner, long rows, LongToIntFunction length) {
        MemorySegment begins = owner.allocate((rows + 1) * Long.BYTES);
        long end = 0;
        for (long row = 0; row < rows; row++) {
            begins.setAtIndex(ValueLayout.JAVA_LONG, row, end);
            end += length.applyAsInt(row);
        }
        begins.setAtIndex(ValueLayout.JAVA_LONG, rows, end);
        return new RaggedRows(owner.allocate(end * Integer.BYTES), begins);
    }

    long rows() {
        return begins.byteSize() / Long.BYTES - 1;
    }

    int length(long row) {
        return (int) (begin(row + 1) - begin(row));
    }

    int get(long row, int position) {
        return values.getAtIndex(ValueLayout.JAVA_INT, index(row, position));
    }

    void set(long row, int position, int value) {
        values.setAtIndex(ValueLayout.JAVA_INT, index(row, position), value);
    }

    private long index(long row, int position) {
        long begin = begin(row);
        return begin + Objects.checkIndex(position, begin(row + 1) - begin);
    }

    private long begin(long row) {
        return begins.getAtIndex(ValueLayout.JAVA_LONG, row);
    }

    /** Whether two rows hold the same numbers. */
    boolean same(long left, long right) {
        int length = length(left);
        return length == length(right)
                && MemorySegment.mismatch(
                                values,
                                begin(left) * Integer.BYTES,
                                (begin(left) + length) * Integer.BYTES,
                                values,
                                begin(right) * Integer.BYTES,
                                (begin(right) + length) * Integer.BYTES)
                        < 0;
    }

    /** Mixes the numbers of a row into a hash; where it ends counts, too. */
    long hash(long row, long hash) {
        long result = (hash + length(row)) * MIXER;
        for (long index = begin(row); index < begin(row + 1); index++) {
            result = (result ^ (result >>> 32) ^ values.getAtIndex(ValueLayout.JAVA_INT, index)) * MIXER;
        }
        return result;
    }
}
