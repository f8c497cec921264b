package dev.spectraledge.bindings;

import java.lang.foreign.MemorySegment;

/**
 * Size checks of native arguments. They cost a few nanoseconds against the 10 and more of a call, and stand between a
 * wrong dimension and memory corruption, so they are never switched off.
 *
 * <p>No expression here overflows: a product of two non-negative ints is below 2^62, and at most one more int is added;
 * where a stride of 64 bits enters, {@code Math} watches.
 */
final class Segments {
    private Segments() {}

    /** A dimension: {@code value >= 0}. */
    static void dimension(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " = " + value + " must not be negative");
        }
    }

    /** A row-major matrix of {@code rows} rows of {@code columns} elements, {@code ld} elements apart. */
    static void matrix(String name, MemorySegment segment, int rows, int columns, int ld, int elementBytes) {
        leadingDimension(name, columns, ld);
        require(name, segment, extent(rows, columns, ld), elementBytes);
    }

    /** A {@link #matrix} that is written to. */
    static void writableMatrix(String name, MemorySegment segment, int rows, int columns, int ld, int elementBytes) {
        matrix(name, segment, rows, columns, ld, elementBytes);
        writable(name, segment);
    }

    /** {@code count} matrices, {@code stride} elements from the start of one to the start of the next. */
    static void matrices(
            String name,
            MemorySegment segment,
            int rows,
            int columns,
            int ld,
            long stride,
            int count,
            int elementBytes) {
        leadingDimension(name, columns, ld);
        if (stride < 0) {
            throw new IllegalArgumentException("stride of " + name + " = " + stride + " must not be negative");
        }
        long last = count < 2 ? 0 : Math.multiplyExact(count - 1L, stride);
        long one = extent(rows, columns, ld);
        require(name, segment, count == 0 || one == 0 ? 0 : Math.addExact(last, one), elementBytes);
    }

    /** {@link #matrices} that are written to, so that no two of them may share elements. */
    static void writableMatrices(
            String name,
            MemorySegment segment,
            int rows,
            int columns,
            int ld,
            long stride,
            int count,
            int elementBytes) {
        matrices(name, segment, rows, columns, ld, stride, count, elementBytes);
        if (count > 1 && stride < extent(rows, columns, ld)) {
            throw new IllegalArgumentException("stride of " + name + " = " + stride + " lets the " + count
                    + " results overlap; at least " + extent(rows, columns, ld) + " is needed");
        }
        writable(name, segment);
    }

    /** {@code length} contiguous elements that are read. */
    static void vector(String name, MemorySegment segment, int length, int elementBytes) {
        require(name, segment, length, elementBytes);
    }

    /** {@code length} contiguous elements that are written to. */
    static void array(String name, MemorySegment segment, long length, int elementBytes) {
        require(name, segment, length, elementBytes);
        writable(name, segment);
    }

    /** At least {@code bytes} bytes. */
    static void bytes(String name, MemorySegment segment, long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("size of " + name + " = " + bytes + " must not be negative");
        }
        require(name, segment, bytes, 1);
    }

    static void writable(String name, MemorySegment segment) {
        if (segment.isReadOnly()) {
            throw new IllegalArgumentException(name + " is written to but its segment is read-only");
        }
    }

    private static void leadingDimension(String name, int columns, int ld) {
        if (ld < Math.max(1, columns)) {
            throw new IllegalArgumentException("leading dimension of " + name + " = " + ld
                    + " must be at least max(1, columns) = " + Math.max(1, columns));
        }
    }

    private static long extent(int rows, int columns, int ld) {
        return rows == 0 || columns == 0 ? 0 : (rows - 1) * (long) ld + columns;
    }

    private static void require(String name, MemorySegment segment, long elements, int elementBytes) {
        if (elements > segment.byteSize() / elementBytes) {
            throw new IndexOutOfBoundsException(name + " needs " + elements + " elements of " + elementBytes
                    + " bytes, but its segment has " + segment.byteSize() + " bytes");
        }
    }
}
