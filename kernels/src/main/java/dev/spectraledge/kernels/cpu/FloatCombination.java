package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.FloatLanes.broadcast;
import static dev.spectraledge.kernels.cpu.FloatLanes.load;
import static dev.spectraledge.kernels.cpu.FloatLanes.read;
import static dev.spectraledge.kernels.cpu.FloatLanes.store;
import static dev.spectraledge.kernels.cpu.FloatLanes.tail;
import static dev.spectraledge.kernels.cpu.FloatLanes.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Linear combinations of the rows of a small matrix, the lanes along the row. */
final class FloatCombination {
    private FloatCombination() {}

    /**
     * out ← Σ_j c_j·M_j over {@code count} rows of {@code width} elements.
     *
     * @param coefficientStride bytes from one coefficient to the next
     * @param rowStride bytes from one row to the next
     */
    static void combine(
            int count, long coefficients, long coefficientStride, long rows, long rowStride, int width, long out) {
        int column = 0;
        for (; column <= width - 2 * LANES; column += 2 * LANES) {
            long at = (long) column * ELEMENT;
            twoVectors(count, coefficients, coefficientStride, rows + at, rowStride, out + at);
        }
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            store(oneVector(count, coefficients, coefficientStride, rows + at, rowStride), out + at);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = tail(width - column);
            store(masked(count, coefficients, coefficientStride, rows + at, rowStride, mask), out + at, mask);
        }
    }

    private static void twoVectors(
            int count, long coefficients, long coefficientStride, long rows, long rowStride, long out) {
        FloatVector sum0 = zero();
        FloatVector sum1 = zero();
        long coefficient = coefficients;
        long row = rows;
        for (int j = 0; j < count; j++) {
            FloatVector factor = broadcast(read(coefficient));
            sum0 = load(row).fma(factor, sum0);
            sum1 = load(row + VECTOR).fma(factor, sum1);
            coefficient += coefficientStride;
            row += rowStride;
        }
        store(sum0, out);
        store(sum1, out + VECTOR);
    }

    private static FloatVector oneVector(
            int count, long coefficients, long coefficientStride, long rows, long rowStride) {
        FloatVector sum = zero();
        long coefficient = coefficients;
        long row = rows;
        for (int j = 0; j < count; j++) {
            sum = load(row).fma(broadcast(read(coefficient)), sum);
            coefficient += coefficientStride;
            row += rowStride;
        }
        return sum;
    }

    private static FloatVector masked(
            int count, long coefficients, long coefficientStride, long rows, long rowStride, VectorMask<Float> mask) {
        FloatVector sum = zero();
        long coefficient = coefficients;
        long row = rows;
        for (int j = 0; j < count; j++) {
            sum = load(row, mask).fma(broadcast(read(coefficient)), sum);
            coefficient += coefficientStride;
            row += rowStride;
        }
        return sum;
    }
}
