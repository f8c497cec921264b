package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.read;
import static dev.spectraledge.kernels.cpu.FloatWidening.VECTOR;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of long vectors in double. A block of 2048 elements is added in four accumulators of double lanes (for 8
 * lanes, 63 additions each); the sums of blocks are added with the correction of Neumaier (1974), so that the error does
 * not grow with the length.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatProducts {
    /** Elements of a block. */
    static final int BLOCK = 2048;

    private static final VectorSpecies<Double> WIDE = DoubleLanes.SPECIES;
    private static final VectorSpecies<Float> NARROW = FloatWidening.SPECIES;

    private FloatProducts() {}

    /** Bytes of scratch that {@link #rows} needs. */
    static long rowsScratch(int rows) {
        return DoubleLanes.VECTOR + (long) rows * Double.BYTES;
    }

    /** Σ x·y; {@code lanes} is scratch of one vector. */
    static double dot(long n, long x, long y, long lanes) {
        double sum = 0;
        double correction = 0;
        for (long begin = 0; begin < n; begin += BLOCK) {
            int count = (int) Math.min(BLOCK, n - begin);
            double block = blockDot(count, x + begin * ELEMENT, y + begin * ELEMENT, lanes);
            double next = sum + block;
            correction += CompensatedSum.error(sum, block, next);
            sum = next;
        }
        return CompensatedSum.total(sum, correction);
    }

    private static double blockDot(int count, long x, long y, long lanes) {
        DoubleVector sum0 = DoubleVector.zero(WIDE);
        DoubleVector sum1 = DoubleVector.zero(WIDE);
        DoubleVector sum2 = DoubleVector.zero(WIDE);
        DoubleVector sum3 = DoubleVector.zero(WIDE);
        long bytes = (long) count * ELEMENT;
        long at = 0;
        for (; at <= bytes - 4 * VECTOR; at += 4 * VECTOR) {
            FloatVector x0 = FloatVector.fromMemorySegment(NARROW, ALL, x + at, ORDER);
            FloatVector x1 = FloatVector.fromMemorySegment(NARROW, ALL, x + at + VECTOR, ORDER);
            FloatVector x2 = FloatVector.fromMemorySegment(NARROW, ALL, x + at + 2 * VECTOR, ORDER);
            FloatVector x3 = FloatVector.fromMemorySegment(NARROW, ALL, x + at + 3 * VECTOR, ORDER);
            FloatVector y0 = FloatVector.fromMemorySegment(NARROW, ALL, y + at, ORDER);
            FloatVector y1 = FloatVector.fromMemorySegment(NARROW, ALL, y + at + VECTOR, ORDER);
            FloatVector y2 = FloatVector.fromMemorySegment(NARROW, ALL, y + at + 2 * VECTOR, ORDER);
            FloatVector y3 = FloatVector.fromMemorySegment(NARROW, ALL, y + at + 3 * VECTOR, ORDER);
            sum0 = ((DoubleVector) x0.castShape(WIDE, 0)).fma((DoubleVector) y0.castShape(WIDE, 0), sum0);
            sum1 = ((DoubleVector) x1.castShape(WIDE, 0)).fma((DoubleVector) y1.castShape(WIDE, 0), sum1);
            sum2 = ((DoubleVector) x2.castShape(WIDE, 0)).fma((DoubleVector) y2.castShape(WIDE, 0), sum2);
            sum3 = ((DoubleVector) x3.castShape(WIDE, 0)).fma((DoubleVector) y3.castShape(WIDE, 0), sum3);
        }
        double rest = 0;
        for (; at < bytes; at += ELEMENT) {
            rest = Math.fma((double) read(x + at), (double) read(y + at), rest);
        }
        sum0.add(sum1).add(sum2.add(sum3)).intoMemorySegment(ALL, lanes, ORDER);
        return DoubleLanes.sum(lanes) + rest;
    }

    /**
     * Writes the products of {@code rows} rows with x to {@code result}. Both stream through memory once: a block of x
     * stays in the first-level cache while the rows' blocks pass by.
     */
    static void rows(int rows, long n, long window, long rowStride, long x, long result, long scratch) {
        long corrections = scratch + DoubleLanes.VECTOR;
        for (int row = 0; row < rows; row++) {
            RawMemory.writeDouble(result + (long) row * Double.BYTES, 0);
            RawMemory.writeDouble(corrections + (long) row * Double.BYTES, 0);
        }
        for (long begin = 0; begin < n; begin += BLOCK) {
            int count = (int) Math.min(BLOCK, n - begin);
            for (int row = 0; row < rows; row++) {
                long address = window + row * rowStride + begin * ELEMENT;
                double block = blockDot(count, address, x + begin * ELEMENT, scratch);
                long at = (long) row * Double.BYTES;
                double sum = RawMemory.readDouble(result + at);
                double next = sum + block;
                RawMemory.addDouble(corrections + at, CompensatedSum.error(sum, block, next));
                RawMemory.writeDouble(result + at, next);
            }
        }
        for (int row = 0; row < rows; row++) {
            long at = (long) row * Double.BYTES;
            double total =
                    CompensatedSum.total(RawMemory.readDouble(result + at), RawMemory.readDouble(corrections + at));
            RawMemory.writeDouble(result + at, total);
        }
    }

    /** out ← Σ_w coefficients[w]·row w, in double before rounding. */
    static void combine(int rows, long n, long window, long rowStride, long coefficients, long out) {
        long bytes = n * ELEMENT;
        long at = 0;
        for (; at <= bytes - 4 * VECTOR; at += 4 * VECTOR) {
            DoubleVector sum0 = DoubleVector.zero(WIDE);
            DoubleVector sum1 = DoubleVector.zero(WIDE);
            DoubleVector sum2 = DoubleVector.zero(WIDE);
            DoubleVector sum3 = DoubleVector.zero(WIDE);
            long address = window + at;
            for (int row = 0; row < rows; row++) {
                double factor = RawMemory.readDouble(coefficients + (long) row * Double.BYTES);
                DoubleVector factors = DoubleVector.broadcast(WIDE, factor);
                FloatVector x0 = FloatVector.fromMemorySegment(NARROW, ALL, address, ORDER);
                FloatVector x1 = FloatVector.fromMemorySegment(NARROW, ALL, address + VECTOR, ORDER);
                FloatVector x2 = FloatVector.fromMemorySegment(NARROW, ALL, address + 2 * VECTOR, ORDER);
                FloatVector x3 = FloatVector.fromMemorySegment(NARROW, ALL, address + 3 * VECTOR, ORDER);
                sum0 = ((DoubleVector) x0.castShape(WIDE, 0)).fma(factors, sum0);
                sum1 = ((DoubleVector) x1.castShape(WIDE, 0)).fma(factors, sum1);
                sum2 = ((DoubleVector) x2.castShape(WIDE, 0)).fma(factors, sum2);
                sum3 = ((DoubleVector) x3.castShape(WIDE, 0)).fma(factors, sum3);
                address += rowStride;
            }
            ((FloatVector) sum0.castShape(NARROW, 0)).intoMemorySegment(ALL, out + at, ORDER);
            ((FloatVector) sum1.castShape(NARROW, 0)).intoMemorySegment(ALL, out + at + VECTOR, ORDER);
            ((FloatVector) sum2.castShape(NARROW, 0)).intoMemorySegment(ALL, out + at + 2 * VECTOR, ORDER);
            ((FloatVector) sum3.castShape(NARROW, 0)).intoMemorySegment(ALL, out + at + 3 * VECTOR, ORDER);
        }
        for (; at < bytes; at += ELEMENT) {
            double sum = 0;
            for (int row = 0; row < rows; row++) {
                double factor = RawMemory.readDouble(coefficients + (long) row * Double.BYTES);
                sum = Math.fma(factor, (double) read(window + row * rowStride + at), sum);
            }
            FloatLanes.write(out + at, (float) sum);
        }
    }
}
