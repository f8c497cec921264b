package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.read;
import static dev.spectraledge.kernels.cpu.FloatWidening.VECTOR;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of long vectors in double. Those of 256 elements are added in one register of double lanes, those of 2048 in
 * another accumulator (for 8 lanes, 32 and 8 additions); the sums of 2048 are added with the correction of Neumaier (1974),
 * so that the error does not grow with the length.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatProducts {
    private static final int BLOCK = FloatGramTile.BLOCK;
    private static final VectorSpecies<Double> WIDE = DoubleLanes.SPECIES;

    private FloatProducts() {}

    /** Bytes of scratch that {@link #block} needs. */
    static long scratch(int count, int rows) {
        return FloatGramTile.vectors(count) * FloatGramTile.rows(rows) * DoubleLanes.VECTOR
                + (long) count * rows * Double.BYTES
                + FloatGramTile.panels(count);
    }

    /**
     * Writes the products of {@code rows} rows of a window with each of {@code count} vectors to doubles, those of vector i to
     * {@code result + i·resultStride}: the same bits however many vectors there are.
     *
     * @param scratch of {@link #scratch(int, int)} bytes
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
        long panels = scratch;
        long lanes = panels + FloatGramTile.panels(count);
        long laneStride = FloatGramTile.rows(rows) * DoubleLanes.VECTOR;
        long corrections = lanes + FloatGramTile.vectors(count) * laneStride;
        for (int index = 0; index < count; index++) {
            clear(rows, result + index * resultStride, corrections + (long) index * rows * Double.BYTES);
        }
        for (long begin = 0; begin < n; begin += BLOCK) {
            int elements = (int) Math.min(BLOCK, n - begin);
            int whole = elements / DoubleLanes.LANES * DoubleLanes.LANES;
            long at = begin * ELEMENT;
            clearLanes(lanes, corrections);
            FloatGramTile.add(count, x + at, xStride, rows, window + at, rowStride, whole, lanes, panels);
            for (int index = 0; index < count; index++) {
                addBlock(
                        rows,
                        whole,
                        elements,
                        window + at,
                        rowStride,
                        x + index * xStride + at,
                        lanes + index * laneStride,
                        result + index * resultStride,
                        corrections + (long) index * rows * Double.BYTES);
            }
        }
        for (int index = 0; index < count; index++) {
            finish(rows, result + index * resultStride, corrections + (long) index * rows * Double.BYTES);
        }
    }

    static void clear(int rows, long result, long corrections) {
        for (int row = 0; row < rows; row++) {
            RawMemory.writeDouble(result + (long) row * Double.BYTES, 0);
            RawMemory.writeDouble(corrections + (long) row * Double.BYTES, 0);
        }
    }

    static void clearLanes(long begin, long end) {
        for (long at = begin; at < end; at += DoubleLanes.VECTOR) {
            DoubleVector.zero(WIDE).intoMemorySegment(ALL, at, ORDER);
        }
    }

    /** Adds a vector's products in a block to its results: those in the lanes, and those of the elements from {@code whole}. */
    private static void addBlock(
            int rows,
            int whole,
            int elements,
            long window,
            long rowStride,
            long x,
            long lanes,
            long result,
            long corrections) {
        for (int row = 0; row < rows; row++) {
            double block = DoubleLanes.sum(lanes + row * DoubleLanes.VECTOR)
                    + rest(whole, elements, window + row * rowStride, x);
            CompensatedSum.add(block, result + (long) row * Double.BYTES, corrections + (long) row * Double.BYTES);
        }
    }

    static void finish(int rows, long result, long corrections) {
        for (int row = 0; row < rows; row++) {
            CompensatedSum.finish(result + (long) row * Double.BYTES, corrections + (long) row * Double.BYTES);
        }
    }

    /**
     * Σ x·y to the double at {@code result}. The products of four vectors are added, then go to one accumulator a block.
     *
     * @param scratch of a vector and a double
     */
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

    /**
     * out ← x − y, and the bits of {@link #dot} for x·out and x·x: a block of the vectors is in the near cache when its products
     * are added up. x is not out.
     *
     * @param advance whether y ← x follows
     * @param scratch of two vectors and two doubles
     */
    static void subtract(long n, long x, long y, long out, long withOut, long squares, boolean advance, long scratch) {
        long ofSquares = scratch + DoubleLanes.VECTOR;
        long correction = ofSquares + DoubleLanes.VECTOR;
        long correctionOfSquares = correction + Double.BYTES;
        RawMemory.writeDouble(withOut, 0);
        RawMemory.writeDouble(squares, 0);
        RawMemory.writeDouble(correction, 0);
        RawMemory.writeDouble(correctionOfSquares, 0);
        for (long begin = 0; begin < n; begin += BLOCK) {
            int count = (int) Math.min(BLOCK, n - begin);
            long own = x + begin * ELEMENT;
            long difference = out + begin * ELEMENT;
            long before = y + begin * ELEMENT;
            FloatFlat.subtract(count, own, before, difference);
            if (advance) {
                FloatFlat.copy(count, own, before);
            }
            int done = wholeSteps(count, own, difference, scratch, ofSquares);
            CompensatedSum.add(DoubleLanes.sum(scratch) + rest(done, count, own, difference), withOut, correction);
            CompensatedSum.add(DoubleLanes.sum(ofSquares) + rest(done, count, own, own), squares, correctionOfSquares);
        }
        CompensatedSum.finish(withOut, correction);
        CompensatedSum.finish(squares, correctionOfSquares);
    }

    /** {@link #wholeSteps(int, long, long, long)} of x with y and with itself. */
    private static int wholeSteps(int count, long x, long y, long withY, long squares) {
        DoubleVector sum0 = DoubleVector.zero(WIDE);
        DoubleVector sum1 = DoubleVector.zero(WIDE);
        DoubleVector sum2 = DoubleVector.zero(WIDE);
        DoubleVector sum3 = DoubleVector.zero(WIDE);
        DoubleVector square0 = DoubleVector.zero(WIDE);
        DoubleVector square1 = DoubleVector.zero(WIDE);
        DoubleVector square2 = DoubleVector.zero(WIDE);
        DoubleVector square3 = DoubleVector.zero(WIDE);
        long bytes = (long) count * ELEMENT;
        long at = 0;
        for (; at <= bytes - 4 * VECTOR; at += 4 * VECTOR) {
            DoubleVector x0 = FloatWidening.read(x + at);
            DoubleVector x1 = FloatWidening.read(x + at + VECTOR);
            DoubleVector x2 = FloatWidening.read(x + at + 2 * VECTOR);
            DoubleVector x3 = FloatWidening.read(x + at + 3 * VECTOR);
            sum0 = x0.fma(FloatWidening.read(y + at), sum0);
            sum1 = x1.fma(FloatWidening.read(y + at + VECTOR), sum1);
            sum2 = x2.fma(FloatWidening.read(y + at + 2 * VECTOR), sum2);
            sum3 = x3.fma(FloatWidening.read(y + at + 3 * VECTOR), sum3);
            square0 = x0.fma(x0, square0);
            square1 = x1.fma(x1, square1);
            square2 = x2.fma(x2, square2);
            square3 = x3.fma(x3, square3);
        }
        sum0.add(sum1).add(sum2.add(sum3)).intoMemorySegment(ALL, withY, ORDER);
        square0.add(square1).add(square2.add(square3)).intoMemorySegment(ALL, squares, ORDER);
        return (int) (at / ELEMENT);
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

    static double rest(int from, int to, long x, long y) {
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
