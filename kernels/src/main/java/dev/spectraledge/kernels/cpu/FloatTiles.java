package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.FloatLanes.read;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Products of the small matrices of one attention head, four rows of the result at a time. A group of fewer rows repeats
 * its last row, which writes the same numbers again. Strides are in bytes.
 */
final class FloatTiles {
    /** Rows of the result that one call computes. */
    static final int ROWS = 4;

    private FloatTiles() {}

    /**
     * out_r ← Σ_j c_rj·M_j for r &lt; {@code rows}, over {@code count} rows M_j of {@code width} elements.
     *
     * @param coefficients c_00; c_r0 is {@code rowStride} further for each r, c_0j {@code coefficientStride} for each j
     */
    static void combine(
            int rows,
            int count,
            int width,
            long coefficients,
            long rowStride,
            long coefficientStride,
            long matrix,
            long matrixStride,
            long out,
            long outStride) {
        long toRow1 = Math.min(1, rows - 1);
        long toRow2 = Math.min(2, rows - 1);
        long toRow3 = rows - 1L;
        int column = 0;
        for (; column <= width - 2 * LANES; column += 2 * LANES) {
            long at = (long) column * ELEMENT;
            combinePair(
                    count,
                    coefficients,
                    coefficients + toRow1 * rowStride,
                    coefficients + toRow2 * rowStride,
                    coefficients + toRow3 * rowStride,
                    coefficientStride,
                    matrix + at,
                    matrixStride,
                    out + at,
                    out + at + toRow1 * outStride,
                    out + at + toRow2 * outStride,
                    out + at + toRow3 * outStride);
        }
        for (; column < width; column += LANES) {
            long at = (long) column * ELEMENT;
            combineOne(
                    count,
                    Math.min(LANES, width - column),
                    coefficients,
                    coefficients + toRow1 * rowStride,
                    coefficients + toRow2 * rowStride,
                    coefficients + toRow3 * rowStride,
                    coefficientStride,
                    matrix + at,
                    matrixStride,
                    out + at,
                    out + at + toRow1 * outStride,
                    out + at + toRow2 * outStride,
                    out + at + toRow3 * outStride);
        }
    }

    private static void combinePair(
            int count,
            long coefficients0,
            long coefficients1,
            long coefficients2,
            long coefficients3,
            long coefficientStride,
            long matrix,
            long matrixStride,
            long out0,
            long out1,
            long out2,
            long out3) {
        FloatVector low0 = FloatVector.zero(SPECIES);
        FloatVector low1 = FloatVector.zero(SPECIES);
        FloatVector low2 = FloatVector.zero(SPECIES);
        FloatVector low3 = FloatVector.zero(SPECIES);
        FloatVector high0 = FloatVector.zero(SPECIES);
        FloatVector high1 = FloatVector.zero(SPECIES);
        FloatVector high2 = FloatVector.zero(SPECIES);
        FloatVector high3 = FloatVector.zero(SPECIES);
        long row = matrix;
        long at = 0;
        for (int index = 0; index < count; index++) {
            FloatVector low = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
            FloatVector high = FloatVector.fromMemorySegment(SPECIES, ALL, row + VECTOR, ORDER);
            FloatVector factor0 = FloatVector.broadcast(SPECIES, read(coefficients0 + at));
            FloatVector factor1 = FloatVector.broadcast(SPECIES, read(coefficients1 + at));
            FloatVector factor2 = FloatVector.broadcast(SPECIES, read(coefficients2 + at));
            FloatVector factor3 = FloatVector.broadcast(SPECIES, read(coefficients3 + at));
            low0 = low.fma(factor0, low0);
            low1 = low.fma(factor1, low1);
            low2 = low.fma(factor2, low2);
            low3 = low.fma(factor3, low3);
            high0 = high.fma(factor0, high0);
            high1 = high.fma(factor1, high1);
            high2 = high.fma(factor2, high2);
            high3 = high.fma(factor3, high3);
            row += matrixStride;
            at += coefficientStride;
        }
        low0.intoMemorySegment(ALL, out0, ORDER);
        high0.intoMemorySegment(ALL, out0 + VECTOR, ORDER);
        low1.intoMemorySegment(ALL, out1, ORDER);
        high1.intoMemorySegment(ALL, out1 + VECTOR, ORDER);
        low2.intoMemorySegment(ALL, out2, ORDER);
        high2.intoMemorySegment(ALL, out2 + VECTOR, ORDER);
        low3.intoMemorySegment(ALL, out3, ORDER);
        high3.intoMemorySegment(ALL, out3 + VECTOR, ORDER);
    }

    private static void combineOne(
            int count,
            int width,
            long coefficients0,
            long coefficients1,
            long coefficients2,
            long coefficients3,
            long coefficientStride,
            long matrix,
            long matrixStride,
            long out0,
            long out1,
            long out2,
            long out3) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, width);
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = FloatVector.zero(SPECIES);
        FloatVector sum2 = FloatVector.zero(SPECIES);
        FloatVector sum3 = FloatVector.zero(SPECIES);
        long row = matrix;
        long at = 0;
        for (int index = 0; index < count; index++) {
            FloatVector values = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER, mask);
            sum0 = values.fma(FloatVector.broadcast(SPECIES, read(coefficients0 + at)), sum0);
            sum1 = values.fma(FloatVector.broadcast(SPECIES, read(coefficients1 + at)), sum1);
            sum2 = values.fma(FloatVector.broadcast(SPECIES, read(coefficients2 + at)), sum2);
            sum3 = values.fma(FloatVector.broadcast(SPECIES, read(coefficients3 + at)), sum3);
            row += matrixStride;
            at += coefficientStride;
        }
        sum0.intoMemorySegment(ALL, out0, ORDER, mask);
        sum1.intoMemorySegment(ALL, out1, ORDER, mask);
        sum2.intoMemorySegment(ALL, out2, ORDER, mask);
        sum3.intoMemorySegment(ALL, out3, ORDER, mask);
    }
}
