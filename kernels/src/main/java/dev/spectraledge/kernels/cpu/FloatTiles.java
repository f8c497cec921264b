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
 * Products of the small matrices of one attention head, four rows of the result and two vectors of its columns at a time. A group
 * of fewer rows repeats its last row, which writes the same numbers again. Strides
 * are in bytes.
 */
final class FloatTiles {
    /** Rows of the result that one call computes. */
    static final int ROWS = 4;

    /** The same of columns that are less than a vector. */
    private static final int REST_ROWS = 2;

    private FloatTiles() {}

    /**
     * out_r ← start_r + Σ_j c_rj·M_j for r &lt; {@code rows}, over {@code count} rows M_j of {@code width} elements.
     *
     * @param c c_00; c_r0 is {@code cRow} further for each r, c_0j {@code cColumn} for each j
     * @param start may be the result; {@code startRow} is 0 where all its rows are the same
     */
    static void combine(
            int rows,
            int count,
            int width,
            long c,
            long cRow,
            long cColumn,
            long matrix,
            long matrixRow,
            long start,
            long startRow,
            long out,
            long outRow) {
        long last = rows - 1L;
        int column = 0;
        for (; column <= width - 2 * LANES; column += 2 * LANES) {
            long at = (long) column * ELEMENT;
            combinePair(last, count, c, cRow, cColumn, matrix + at, matrixRow, start + at, startRow, out + at, outRow);
        }
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            combineOne(last, count, c, cRow, cColumn, matrix + at, matrixRow, start + at, startRow, out + at, outRow);
        }
        for (long row = 0; column < width && row <= last; row += REST_ROWS) {
            long at = (long) column * ELEMENT;
            combineRest(
                    Math.min(REST_ROWS - 1L, last - row),
                    count,
                    width - column,
                    c + row * cRow,
                    cRow,
                    cColumn,
                    matrix + at,
                    matrixRow,
                    start + at + row * startRow,
                    startRow,
                    out + at + row * outRow,
                    outRow);
        }
    }

    /** Of two vectors of columns. */
    private static void combinePair(
            long last,
            int count,
            long c,
            long cRow,
            long cColumn,
            long matrix,
            long matrixRow,
            long start,
            long startRow,
            long out,
            long outRow) {
        long row1 = Math.min(1, last);
        long row2 = Math.min(2, last);
        long c1 = c + row1 * cRow;
        long c2 = c + row2 * cRow;
        long c3 = c + last * cRow;
        FloatVector low0 = FloatVector.zero(SPECIES);
        FloatVector high0 = FloatVector.zero(SPECIES);
        FloatVector low1 = FloatVector.zero(SPECIES);
        FloatVector high1 = FloatVector.zero(SPECIES);
        FloatVector low2 = FloatVector.zero(SPECIES);
        FloatVector high2 = FloatVector.zero(SPECIES);
        FloatVector low3 = FloatVector.zero(SPECIES);
        FloatVector high3 = FloatVector.zero(SPECIES);
        long row = matrix;
        long at = 0;
        for (int index = 0; index < count; index++) {
            FloatVector low = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
            FloatVector high = FloatVector.fromMemorySegment(SPECIES, ALL, row + VECTOR, ORDER);
            FloatVector factor0 = FloatVector.broadcast(SPECIES, read(c + at));
            low0 = low.fma(factor0, low0);
            high0 = high.fma(factor0, high0);
            FloatVector factor1 = FloatVector.broadcast(SPECIES, read(c1 + at));
            low1 = low.fma(factor1, low1);
            high1 = high.fma(factor1, high1);
            FloatVector factor2 = FloatVector.broadcast(SPECIES, read(c2 + at));
            low2 = low.fma(factor2, low2);
            high2 = high.fma(factor2, high2);
            FloatVector factor3 = FloatVector.broadcast(SPECIES, read(c3 + at));
            low3 = low.fma(factor3, low3);
            high3 = high.fma(factor3, high3);
            row += matrixRow;
            at += cColumn;
        }
        // All are read before any is written, as rows may be repeated.
        FloatVector startLow0 = FloatVector.fromMemorySegment(SPECIES, ALL, start, ORDER);
        FloatVector startHigh0 = FloatVector.fromMemorySegment(SPECIES, ALL, start + VECTOR, ORDER);
        FloatVector startLow1 = FloatVector.fromMemorySegment(SPECIES, ALL, start + row1 * startRow, ORDER);
        FloatVector startHigh1 = FloatVector.fromMemorySegment(SPECIES, ALL, start + row1 * startRow + VECTOR, ORDER);
        FloatVector startLow2 = FloatVector.fromMemorySegment(SPECIES, ALL, start + row2 * startRow, ORDER);
        FloatVector startHigh2 = FloatVector.fromMemorySegment(SPECIES, ALL, start + row2 * startRow + VECTOR, ORDER);
        FloatVector startLow3 = FloatVector.fromMemorySegment(SPECIES, ALL, start + last * startRow, ORDER);
        FloatVector startHigh3 = FloatVector.fromMemorySegment(SPECIES, ALL, start + last * startRow + VECTOR, ORDER);
        startLow0.add(low0).intoMemorySegment(ALL, out, ORDER);
        startHigh0.add(high0).intoMemorySegment(ALL, out + VECTOR, ORDER);
        startLow1.add(low1).intoMemorySegment(ALL, out + row1 * outRow, ORDER);
        startHigh1.add(high1).intoMemorySegment(ALL, out + row1 * outRow + VECTOR, ORDER);
        startLow2.add(low2).intoMemorySegment(ALL, out + row2 * outRow, ORDER);
        startHigh2.add(high2).intoMemorySegment(ALL, out + row2 * outRow + VECTOR, ORDER);
        startLow3.add(low3).intoMemorySegment(ALL, out + last * outRow, ORDER);
        startHigh3.add(high3).intoMemorySegment(ALL, out + last * outRow + VECTOR, ORDER);
    }

    /** Of one vector of columns. */
    private static void combineOne(
            long last,
            int count,
            long c,
            long cRow,
            long cColumn,
            long matrix,
            long matrixRow,
            long start,
            long startRow,
            long out,
            long outRow) {
        long row1 = Math.min(1, last);
        long row2 = Math.min(2, last);
        long c1 = c + row1 * cRow;
        long c2 = c + row2 * cRow;
        long c3 = c + last * cRow;
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = FloatVector.zero(SPECIES);
        FloatVector sum2 = FloatVector.zero(SPECIES);
        FloatVector sum3 = FloatVector.zero(SPECIES);
        long row = matrix;
        long at = 0;
        for (int index = 0; index < count; index++) {
            FloatVector values = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
            FloatVector factor0 = FloatVector.broadcast(SPECIES, read(c + at));
            sum0 = values.fma(factor0, sum0);
            FloatVector factor1 = FloatVector.broadcast(SPECIES, read(c1 + at));
            sum1 = values.fma(factor1, sum1);
            FloatVector factor2 = FloatVector.broadcast(SPECIES, read(c2 + at));
            sum2 = values.fma(factor2, sum2);
            FloatVector factor3 = FloatVector.broadcast(SPECIES, read(c3 + at));
            sum3 = values.fma(factor3, sum3);
            row += matrixRow;
            at += cColumn;
        }
        // All are read before any is written, as rows may be repeated.
        FloatVector start0 = FloatVector.fromMemorySegment(SPECIES, ALL, start, ORDER);
        FloatVector start1 = FloatVector.fromMemorySegment(SPECIES, ALL, start + row1 * startRow, ORDER);
        FloatVector start2 = FloatVector.fromMemorySegment(SPECIES, ALL, start + row2 * startRow, ORDER);
        FloatVector start3 = FloatVector.fromMemorySegment(SPECIES, ALL, start + last * startRow, ORDER);
        start0.add(sum0).intoMemorySegment(ALL, out, ORDER);
        start1.add(sum1).intoMemorySegment(ALL, out + row1 * outRow, ORDER);
        start2.add(sum2).intoMemorySegment(ALL, out + row2 * outRow, ORDER);
        start3.add(sum3).intoMemorySegment(ALL, out + last * outRow, ORDER);
    }

    /** Of less than a vector of columns, two rows, because the compiler gives up on more masks in one method. */
    private static void combineRest(
            long last,
            int count,
            int width,
            long c,
            long cRow,
            long cColumn,
            long matrix,
            long matrixRow,
            long start,
            long startRow,
            long out,
            long outRow) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, width);
        long c1 = c + last * cRow;
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = FloatVector.zero(SPECIES);
        long row = matrix;
        long at = 0;
        for (int index = 0; index < count; index++) {
            FloatVector values = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER, mask);
            FloatVector factor0 = FloatVector.broadcast(SPECIES, read(c + at));
            sum0 = values.fma(factor0, sum0);
            FloatVector factor1 = FloatVector.broadcast(SPECIES, read(c1 + at));
            sum1 = values.fma(factor1, sum1);
            row += matrixRow;
            at += cColumn;
        }
        // All are read before any is written, as rows may be repeated.
        FloatVector start0 = FloatVector.fromMemorySegment(SPECIES, ALL, start, ORDER, mask);
        FloatVector start1 = FloatVector.fromMemorySegment(SPECIES, ALL, start + last * startRow, ORDER, mask);
        start0.add(sum0).intoMemorySegment(ALL, out, ORDER, mask);
        start1.add(sum1).intoMemorySegment(ALL, out + last * outRow, ORDER, mask);
    }
}
