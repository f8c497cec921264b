package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.read;
import static dev.spectraledge.kernels.cpu.FloatWidening.VECTOR;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of long vectors in double. Within a block of 2048 elements the products of four vectors are added, then go to
 * one accumulator of double lanes (for 8 lanes, 64 additions); the sums of blocks are added with the correction of
 * Neumaier (1974), so that the error does not grow with the length.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatProducts {
    private static final int BLOCK = 2048;
    private static final VectorSpecies<Double> WIDE = DoubleLanes.SPECIES;

    private FloatProducts() {}

    /** Bytes of scratch that {@link #block} needs for each vector. */
    static long scratch(int rows) {
        return rows * (DoubleLanes.VECTOR + Double.BYTES);
    }

    /**
     * Writes the products of {@code rows} rows of a window with each of {@code count} vectors to doubles, those of vector i to
     * {@code result + i·resultStride}: the same bits however many vectors there are. A block of the window meets all of them
     * while it is in the nearest caches, one at a time: with two at a time in registers some orders of compilation inlined
     * only part of the loop, and then made garbage.
     *
     * @param scratch {@code count} times {@link #scratch(int)}
     */
    static void block(
            int count,
            long x,
            long xStride,
            int rows,
            long n,
            long window,
            long rowStride,
            long result,
            long resultStride,
            long scratch) {
        for (int index = 0; index < count; index++) {
            clear(rows, result + index * resultStride, scratch + index * scratch(rows));
        }
        for (long begin = 0; begin < n; begin += BLOCK) {
            int elements = (int) Math.min(BLOCK, n - begin);
            long at = begin * ELEMENT;
            for (int index = 0; index < count; index++) {
                long own = scratch + index * scratch(rows);
                addBlock(
                        rows,
                        elements,
                        window + at,
                        rowStride,
                        x + index * xStride + at,
                        result + index * resultStride,
                        own);
            }
        }
        for (int index = 0; index < count; index++) {
            finish(rows, result + index * resultStride, scratch + index * scratch(rows));
        }
    }

    /** Scratch is made of the lanes of each row's products in a block, then each row's correction. */
    private static long corrections(int rows, long scratch) {
        return scratch + rows * DoubleLanes.VECTOR;
    }

    private static void clear(int rows, long result, long scratch) {
        long corrections = corrections(rows, scratch);
        for (int row = 0; row < rows; row++) {
            RawMemory.writeDouble(result + (long) row * Double.BYTES, 0);
            RawMemory.writeDouble(corrections + (long) row * Double.BYTES, 0);
        }
    }

    private static void addBlock(int rows, int count, long window, long rowStride, long x, long result, long scratch) {
        long corrections = corrections(rows, scratch);
        int done = wholeSteps(rows, count, window, rowStride, x, scratch);
        for (int row = 0; row < rows; row++) {
            double block = DoubleLanes.sum(scratch + row * DoubleLanes.VECTOR)
                    + rest(done, count, window + row * rowStride, x);
            CompensatedSum.add(block, result + (long) row * Double.BYTES, corrections + (long) row * Double.BYTES);
        }
    }

    private static void finish(int rows, long result, long scratch) {
        long corrections = corrections(rows, scratch);
        for (int row = 0; row < rows; row++) {
            CompensatedSum.finish(result + (long) row * Double.BYTES, corrections + (long) row * Double.BYTES);
        }
    }

    /** As {@link #block} of one row and one vector, whose accumulators fit into registers: Σ x·y to the double at {@code result}. */
    static void dot(long n, long x, long y, long result, long scratch) {
        long correction = scratch + DoubleLanes.VECTOR;
        RawMemory.writeDouble(result, 0);
        RawMemory.writeDouble(correction, 0);
        for (long begin = 0; begin < n; begin += BLOCK) {
            int count = (int) Math.min(BLOCK, n - begin);
            long at = begin * ELEMENT;
            int done = wholeSteps(count, x + at, y + at, scratch);
            double block = DoubleLanes.sum(scratch) + rest(done, count, x + at, y + at);
            CompensatedSum.add(block, result, correction);
        }
        CompensatedSum.finish(result, correction);
    }

    private static int wholeSteps(int count, long x, long y, long accumulator) {
        DoubleVector sum0 = DoubleVector.zero(WIDE);
        DoubleVector sum1 = DoubleVector.zero(WIDE);
        DoubleVector sum2 = DoubleVector.zero(WIDE);
        DoubleVector sum3 = DoubleVector.zero(WIDE);
        long bytes = (long) count * ELEMENT;
        long at = 0;
        for (; at <= bytes - 4 * VECTOR; at += 4 * VECTOR) {
            DoubleVector x0 = FloatWidening.read(x + at);
            DoubleVector x1 = FloatWidening.read(x + at + VECTOR);
            DoubleVector x2 = FloatWidening.read(x + at + 2 * VECTOR);
            DoubleVector x3 = FloatWidening.read(x + at + 3 * VECTOR);
            DoubleVector y0 = FloatWidening.read(y + at);
            DoubleVector y1 = FloatWidening.read(y + at + VECTOR);
            DoubleVector y2 = FloatWidening.read(y + at + 2 * VECTOR);
            DoubleVector y3 = FloatWidening.read(y + at + 3 * VECTOR);
            sum0 = x0.fma(y0, sum0);
            sum1 = x1.fma(y1, sum1);
            sum2 = x2.fma(y2, sum2);
            sum3 = x3.fma(y3, sum3);
        }
        sum0.add(sum1).add(sum2.add(sum3)).intoMemorySegment(ALL, accumulator, ORDER);
        return (int) (at / ELEMENT);
    }

    /** Leaves the lanes of each row's products in {@code accumulators}; returns how many elements these cover. */
    private static int wholeSteps(int rows, int count, long window, long rowStride, long x, long accumulators) {
        for (int row = 0; row < rows; row++) {
            DoubleVector.zero(WIDE).intoMemorySegment(ALL, accumulators + row * DoubleLanes.VECTOR, ORDER);
        }
        long bytes = (long) count * ELEMENT;
        long at = 0;
        for (; at <= bytes - 4 * VECTOR; at += 4 * VECTOR) {
            long a = x + at;
            DoubleVector x0 = FloatWidening.read(a);
            DoubleVector x1 = FloatWidening.read(a + VECTOR);
            DoubleVector x2 = FloatWidening.read(a + 2 * VECTOR);
            DoubleVector x3 = FloatWidening.read(a + 3 * VECTOR);
            long b = window + at;
            long accumulator = accumulators;
            for (int row = 0; row < rows; row++) {
                DoubleVector y0 = FloatWidening.read(b);
                DoubleVector y1 = FloatWidening.read(b + VECTOR);
                DoubleVector y2 = FloatWidening.read(b + 2 * VECTOR);
                DoubleVector y3 = FloatWidening.read(b + 3 * VECTOR);
                DoubleVector products = x1.fma(y1, x0.mul(y0)).add(x3.fma(y3, x2.mul(y2)));
                DoubleVector.fromMemorySegment(WIDE, ALL, accumulator, ORDER)
                        .add(products)
                        .intoMemorySegment(ALL, accumulator, ORDER);
                b += rowStride;
                accumulator += DoubleLanes.VECTOR;
            }
        }
        return (int) (at / ELEMENT);
    }

    private static double rest(int from, int to, long x, long y) {
        double sum = 0;
        for (int index = from; index < to; index++) {
            long at = (long) index * ELEMENT;
            sum = Math.fma((double) read(x + at), (double) read(y + at), sum);
        }
        return sum;
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
                DoubleVector x0 = FloatWidening.read(address);
                DoubleVector x1 = FloatWidening.read(address + VECTOR);
                DoubleVector x2 = FloatWidening.read(address + 2 * VECTOR);
                DoubleVector x3 = FloatWidening.read(address + 3 * VECTOR);
                sum0 = x0.fma(factors, sum0);
                sum1 = x1.fma(factors, sum1);
                sum2 = x2.fma(factors, sum2);
                sum3 = x3.fma(factors, sum3);
                address += rowStride;
            }
            FloatWidening.write(sum0, out + at);
            FloatWidening.write(sum1, out + at + VECTOR);
            FloatWidening.write(sum2, out + at + 2 * VECTOR);
            FloatWidening.write(sum3, out + at + 3 * VECTOR);
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
