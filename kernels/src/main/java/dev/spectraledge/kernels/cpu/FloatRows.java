package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import dev.spectraledge.kernels.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Sums and copies of whole rows. */
final class FloatRows {
    private FloatRows() {}

    /** Bytes from one row of a {@code [rows, width]} view to the next. */
    static long stride(Tensor matrix) {
        return matrix.stride(0) * ELEMENT;
    }

    static void copy(long source, long target, int width) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            FloatVector.fromMemorySegment(SPECIES, ALL, source + (long) column * ELEMENT, ORDER)
                    .intoMemorySegment(ALL, target + (long) column * ELEMENT, ORDER);
        }
        if (column < width) {
            VectorMask<Float> mask = SPECIES.indexInRange(0, width - column);
            FloatVector.fromMemorySegment(SPECIES, ALL, source + (long) column * ELEMENT, ORDER, mask)
                    .intoMemorySegment(ALL, target + (long) column * ELEMENT, ORDER, mask);
        }
    }

    /** target ← x + y; the target may be either. */
    static void sum(long x, long y, long target, int width) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER)
                    .add(FloatVector.fromMemorySegment(SPECIES, ALL, y + at, ORDER))
                    .intoMemorySegment(ALL, target + at, ORDER);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = SPECIES.indexInRange(0, width - column);
            FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER, mask)
                    .add(FloatVector.fromMemorySegment(SPECIES, ALL, y + at, ORDER, mask))
                    .intoMemorySegment(ALL, target + at, ORDER, mask);
        }
    }

    /** target ← x·y; the target may be either. */
    static void multiply(long x, long y, long target, int width) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER)
                    .mul(FloatVector.fromMemorySegment(SPECIES, ALL, y + at, ORDER))
                    .intoMemorySegment(ALL, target + at, ORDER);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = SPECIES.indexInRange(column, width);
            FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER, mask)
                    .mul(FloatVector.fromMemorySegment(SPECIES, ALL, y + at, ORDER, mask))
                    .intoMemorySegment(ALL, target + at, ORDER, mask);
        }
    }

    /** The row itself where it is made of whole vectors, else its copy in {@code scratch}, which is. */
    static long wholeVectors(long row, int width, long scratch) {
        if (width % LANES == 0) {
            return row;
        }
        copy(row, scratch, width);
        return scratch;
    }

    /** target ← αx; the target may be x. */
    static void scale(long x, long target, float factor, int width) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER)
                    .mul(factor)
                    .intoMemorySegment(ALL, target + at, ORDER);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = SPECIES.indexInRange(column, width);
            FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER, mask)
                    .mul(factor)
                    .intoMemorySegment(ALL, target + at, ORDER, mask);
        }
    }

    /** Copies {@code width} elements and fills the rest of their last vector with {@code filler}. */
    static void copyPadded(long source, long target, int width, float filler) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER).intoMemorySegment(ALL, target + at, ORDER);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = SPECIES.indexInRange(column, width);
            FloatVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER, mask)
                    .blend(filler, mask.not())
                    .intoMemorySegment(ALL, target + at, ORDER);
        }
    }

    /** x ← x − shift, for whole vectors. */
    static void shift(int count, long x, float shift) {
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER)
                    .sub(shift)
                    .intoMemorySegment(ALL, x + at, ORDER);
        }
    }

    /** Sum of whole vectors; {@code lanes} is scratch of one vector. */
    static float sum(int count, long x, long lanes) {
        FloatVector sums = FloatVector.zero(SPECIES);
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            sums = FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER).add(sums);
        }
        sums.intoMemorySegment(ALL, lanes, ORDER);
        return FloatLanes.sum(lanes);
    }

    /** Σ x·y of whole vectors; {@code lanes} is scratch of one vector. */
    static float dot(int count, long x, long y, long lanes) {
        FloatVector sums = FloatVector.zero(SPECIES);
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            sums = FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER)
                    .fma(FloatVector.fromMemorySegment(SPECIES, ALL, y + at, ORDER), sums);
        }
        sums.intoMemorySegment(ALL, lanes, ORDER);
        return FloatLanes.sum(lanes);
    }

    /** Greatest element of whole vectors, passing over what is not a number; {@code lanes} is scratch of one vector. */
    static float max(int count, long x, long lanes) {
        FloatVector greatest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            FloatVector other = FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER);
            greatest = other.blend(
                    greatest, other.compare(VectorOperators.GT, greatest).not());
        }
        greatest.intoMemorySegment(ALL, lanes, ORDER);
        return FloatLanes.max(lanes);
    }

    static void clear(long x, int width) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            FloatVector.zero(SPECIES).intoMemorySegment(ALL, x + (long) column * ELEMENT, ORDER);
        }
        if (column < width) {
            FloatVector.zero(SPECIES)
                    .intoMemorySegment(
                            ALL, x + (long) column * ELEMENT, ORDER, SPECIES.indexInRange(0, width - column));
        }
    }

    /** Y[r] ← residual[r] + b, of which one may be missing (null). */
    static void startLinear(int rows, Tensor bias, Tensor residual, Tensor output) {
        int width = (int) output.size(1);
        for (int row = 0; row < rows; row++) {
            long target = output.address() + row * stride(output);
            if (residual == null) {
                copy(bias.address(), target, width);
            } else if (bias == null) {
                copy(residual.address() + row * stride(residual), target, width);
            } else {
                sum(residual.address() + row * stride(residual), bias.address(), target, width);
            }
        }
    }

    /** Adds the sums of the columns of {@code rows} rows from row {@code first} on to {@code sums}. */
    static void addColumnSums(int first, int rows, Tensor matrix, Tensor sums) {
        int width = (int) sums.size(0);
        long stride = stride(matrix);
        long address = matrix.address() + first * stride;
        long target = sums.address();
        int column = 0;
        for (; column <= width - 4 * LANES; column += 4 * LANES) {
            long at = (long) column * ELEMENT;
            addFourColumnSums(rows, address + at, stride, target + at);
        }
        for (; column < width; column += LANES) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = SPECIES.indexInRange(0, Math.min(LANES, width - column));
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int row = 0; row < rows; row++) {
                sum = FloatVector.fromMemorySegment(SPECIES, ALL, address + at + row * stride, ORDER, mask)
                        .add(sum);
            }
            FloatVector.fromMemorySegment(SPECIES, ALL, target + at, ORDER, mask)
                    .add(sum)
                    .intoMemorySegment(ALL, target + at, ORDER, mask);
        }
    }

    private static void addFourColumnSums(int rows, long address, long stride, long target) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = FloatVector.zero(SPECIES);
        FloatVector sum2 = FloatVector.zero(SPECIES);
        FloatVector sum3 = FloatVector.zero(SPECIES);
        long from = address;
        for (int row = 0; row < rows; row++) {
            sum0 = FloatVector.fromMemorySegment(SPECIES, ALL, from, ORDER).add(sum0);
            sum1 = FloatVector.fromMemorySegment(SPECIES, ALL, from + VECTOR, ORDER)
                    .add(sum1);
            sum2 = FloatVector.fromMemorySegment(SPECIES, ALL, from + 2L * VECTOR, ORDER)
                    .add(sum2);
            sum3 = FloatVector.fromMemorySegment(SPECIES, ALL, from + 3L * VECTOR, ORDER)
                    .add(sum3);
            from += stride;
        }
        FloatVector.fromMemorySegment(SPECIES, ALL, target, ORDER).add(sum0).intoMemorySegment(ALL, target, ORDER);
        FloatVector.fromMemorySegment(SPECIES, ALL, target + VECTOR, ORDER)
                .add(sum1)
                .intoMemorySegment(ALL, target + VECTOR, ORDER);
        FloatVector.fromMemorySegment(SPECIES, ALL, target + 2L * VECTOR, ORDER)
                .add(sum2)
                .intoMemorySegment(ALL, target + 2L * VECTOR, ORDER);
        FloatVector.fromMemorySegment(SPECIES, ALL, target + 3L * VECTOR, ORDER)
                .add(sum3)
                .intoMemorySegment(ALL, target + 3L * VECTOR, ORDER);
    }
}
