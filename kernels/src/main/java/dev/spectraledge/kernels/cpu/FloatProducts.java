package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.read;

import jdk.incubator.vector.DoubleVector;

/**
 * Products of long vectors in double. A block of 2048 elements is added in four accumulators of double lanes (for 8
 * lanes, 63 additions each); the sums of blocks are added with the correction of Neumaier (1974), so that the error does
 * not grow with the length.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatProducts {
    /** Elements of a block. */
    static final int BLOCK = 2048;

    private static final long STEP = (long) DoubleLanes.LANES * ELEMENT;

    private FloatProducts() {}

    /** Σ x·y. */
    static double dot(long n, long x, long y) {
        double sum = 0;
        double correction = 0;
        for (long begin = 0; begin < n; begin += BLOCK) {
            int count = (int) Math.min(BLOCK, n - begin);
            double block = blockDot(count, x + begin * ELEMENT, y + begin * ELEMENT);
            double next = sum + block;
            correction += CompensatedSum.error(sum, block, next);
            sum = next;
        }
        return CompensatedSum.total(sum, correction);
    }

    private static double blockDot(int count, long x, long y) {
        DoubleVector sum0 = DoubleLanes.zero();
        DoubleVector sum1 = DoubleLanes.zero();
        DoubleVector sum2 = DoubleLanes.zero();
        DoubleVector sum3 = DoubleLanes.zero();
        long bytes = (long) count * ELEMENT;
        long at = 0;
        for (; at <= bytes - 4 * STEP; at += 4 * STEP) {
            sum0 = FloatWidening.load(x + at).fma(FloatWidening.load(y + at), sum0);
            sum1 = FloatWidening.load(x + at + STEP).fma(FloatWidening.load(y + at + STEP), sum1);
            sum2 = FloatWidening.load(x + at + 2 * STEP).fma(FloatWidening.load(y + at + 2 * STEP), sum2);
            sum3 = FloatWidening.load(x + at + 3 * STEP).fma(FloatWidening.load(y + at + 3 * STEP), sum3);
        }
        double rest = 0;
        for (; at < bytes; at += ELEMENT) {
            rest = Math.fma((double) read(x + at), (double) read(y + at), rest);
        }
        return DoubleLanes.sum(sum0.add(sum1).add(sum2.add(sum3))) + rest;
    }

    /**
     * Writes the products of {@code rows} rows with x to {@code result}. Both stream through memory once: a block of x
     * stays in the first-level cache while the rows' blocks pass by. {@code corrections} is scratch of as many doubles.
     */
    static void rows(int rows, long n, long window, long rowStride, long x, long result, long corrections) {
        for (int row = 0; row < rows; row++) {
            RawMemory.writeDouble(result + (long) row * Double.BYTES, 0);
            RawMemory.writeDouble(corrections + (long) row * Double.BYTES, 0);
        }
        for (long begin = 0; begin < n; begin += BLOCK) {
            int count = (int) Math.min(BLOCK, n - begin);
            for (int row = 0; row < rows; row++) {
                long address = window + row * rowStride + begin * ELEMENT;
                double block = blockDot(count, address, x + begin * ELEMENT);
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
        for (; at <= bytes - 4 * STEP; at += 4 * STEP) {
            DoubleVector sum0 = DoubleLanes.zero();
            DoubleVector sum1 = DoubleLanes.zero();
            DoubleVector sum2 = DoubleLanes.zero();
            DoubleVector sum3 = DoubleLanes.zero();
            long address = window + at;
            for (int row = 0; row < rows; row++) {
                DoubleVector factor =
                        DoubleLanes.broadcast(RawMemory.readDouble(coefficients + (long) row * Double.BYTES));
                sum0 = FloatWidening.load(address).fma(factor, sum0);
                sum1 = FloatWidening.load(address + STEP).fma(factor, sum1);
                sum2 = FloatWidening.load(address + 2 * STEP).fma(factor, sum2);
                sum3 = FloatWidening.load(address + 3 * STEP).fma(factor, sum3);
                address += rowStride;
            }
            FloatWidening.store(sum0, out + at);
            FloatWidening.store(sum1, out + at + STEP);
            FloatWidening.store(sum2, out + at + 2 * STEP);
            FloatWidening.store(sum3, out + at + 3 * STEP);
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
