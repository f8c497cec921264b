package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import jdk.incubator.vector.FloatVector;

/**
 * Products of matrices by panels of four vectors of columns, six rows at a time, whose sums are 24 of the 32 registers of a
 * processor with vectors of 512 bits; on others they would not stay in registers. Addresses and strides are in bytes.
 */
final class FloatPanels {
    /** Columns of a panel. */
    static final int COLUMNS = 4 * LANES;

    /** Bytes of a row of a panel. */
    static final long ROW = 4 * VECTOR;

    private static final int ROWS = 6;

    /** Bytes of scratch for the rows of one panel that are computed together. */
    static final long TILE = ROWS * ROW;

    private FloatPanels() {}

    /**
     * C ← S + A·B, where A is {@code rows} × {@code depth} and B {@code depth} × {@code columns}, whole panels of it.
     *
     * @param a the first element of A; the next row of it is {@code aRow} further, the next column {@code aColumn}
     * @param b the first element of B; the next row is {@code bRow} further
     * @param start S, which may be C; {@code startRow} is 0 where all its rows are the same
     * @param tile scratch
     */
    static void multiply(
            int rows,
            int columns,
            int depth,
            long a,
            long aRow,
            long aColumn,
            long b,
            long bRow,
            long start,
            long startRow,
            long c,
            long cRow,
            long tile) {
        for (int panel = 0; panel < columns / COLUMNS; panel++) {
            long at = panel * ROW;
            for (int row = 0; row < rows; row += ROWS) {
                int count = Math.min(ROWS, rows - row);
                multiplyTile(count - 1L, depth, a + row * aRow, aRow, aColumn, b + at, bRow, tile);
                finish(count, tile, start + at + row * startRow, startRow, c + at + row * cRow, cRow);
            }
        }
    }

    /** Six rows of one panel; beyond {@code last} the last one again. */
    private static void multiplyTile(
            long last, int depth, long a, long aRow, long aColumn, long b, long bRow, long tile) {
        long a1 = a + Math.min(1, last) * aRow;
        long a2 = a + Math.min(2, last) * aRow;
        long a3 = a + Math.min(3, last) * aRow;
        long a4 = a + Math.min(4, last) * aRow;
        long a5 = a + last * aRow;
        FloatVector sum00 = FloatVector.zero(SPECIES);
        FloatVector sum01 = FloatVector.zero(SPECIES);
        FloatVector sum02 = FloatVector.zero(SPECIES);
        FloatVector sum03 = FloatVector.zero(SPECIES);
        FloatVector sum10 = FloatVector.zero(SPECIES);
        FloatVector sum11 = FloatVector.zero(SPECIES);
        FloatVector sum12 = FloatVector.zero(SPECIES);
        FloatVector sum13 = FloatVector.zero(SPECIES);
        FloatVector sum20 = FloatVector.zero(SPECIES);
        FloatVector sum21 = FloatVector.zero(SPECIES);
        FloatVector sum22 = FloatVector.zero(SPECIES);
        FloatVector sum23 = FloatVector.zero(SPECIES);
        FloatVector sum30 = FloatVector.zero(SPECIES);
        FloatVector sum31 = FloatVector.zero(SPECIES);
        FloatVector sum32 = FloatVector.zero(SPECIES);
        FloatVector sum33 = FloatVector.zero(SPECIES);
        FloatVector sum40 = FloatVector.zero(SPECIES);
        FloatVector sum41 = FloatVector.zero(SPECIES);
        FloatVector sum42 = FloatVector.zero(SPECIES);
        FloatVector sum43 = FloatVector.zero(SPECIES);
        FloatVector sum50 = FloatVector.zero(SPECIES);
        FloatVector sum51 = FloatVector.zero(SPECIES);
        FloatVector sum52 = FloatVector.zero(SPECIES);
        FloatVector sum53 = FloatVector.zero(SPECIES);
        long row = b;
        long at = 0;
        for (int index = 0; index < depth; index++) {
            FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, ALL, row + VECTOR, ORDER);
            FloatVector b2 = FloatVector.fromMemorySegment(SPECIES, ALL, row + 2 * VECTOR, ORDER);
            FloatVector b3 = FloatVector.fromMemorySegment(SPECIES, ALL, row + 3 * VECTOR, ORDER);
            FloatVector factor0 = FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, a + at));
            sum00 = b0.fma(factor0, sum00);
            sum01 = b1.fma(factor0, sum01);
            sum02 = b2.fma(factor0, sum02);
            sum03 = b3.fma(factor0, sum03);
            FloatVector factor1 = FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, a1 + at));
            sum10 = b0.fma(factor1, sum10);
            sum11 = b1.fma(factor1, sum11);
            sum12 = b2.fma(factor1, sum12);
            sum13 = b3.fma(factor1, sum13);
            FloatVector factor2 = FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, a2 + at));
            sum20 = b0.fma(factor2, sum20);
            sum21 = b1.fma(factor2, sum21);
            sum22 = b2.fma(factor2, sum22);
            sum23 = b3.fma(factor2, sum23);
            FloatVector factor3 = FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, a3 + at));
            sum30 = b0.fma(factor3, sum30);
            sum31 = b1.fma(factor3, sum31);
            sum32 = b2.fma(factor3, sum32);
            sum33 = b3.fma(factor3, sum33);
            FloatVector factor4 = FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, a4 + at));
            sum40 = b0.fma(factor4, sum40);
            sum41 = b1.fma(factor4, sum41);
            sum42 = b2.fma(factor4, sum42);
            sum43 = b3.fma(factor4, sum43);
            FloatVector factor5 = FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, a5 + at));
            sum50 = b0.fma(factor5, sum50);
            sum51 = b1.fma(factor5, sum51);
            sum52 = b2.fma(factor5, sum52);
            sum53 = b3.fma(factor5, sum53);
            row += bRow;
            at += aColumn;
        }
        sum00.intoMemorySegment(ALL, tile, ORDER);
        sum01.intoMemorySegment(ALL, tile + VECTOR, ORDER);
        sum02.intoMemorySegment(ALL, tile + 2 * VECTOR, ORDER);
        sum03.intoMemorySegment(ALL, tile + 3 * VECTOR, ORDER);
        sum10.intoMemorySegment(ALL, tile + 4 * VECTOR, ORDER);
        sum11.intoMemorySegment(ALL, tile + 5 * VECTOR, ORDER);
        sum12.intoMemorySegment(ALL, tile + 6 * VECTOR, ORDER);
        sum13.intoMemorySegment(ALL, tile + 7 * VECTOR, ORDER);
        sum20.intoMemorySegment(ALL, tile + 8 * VECTOR, ORDER);
        sum21.intoMemorySegment(ALL, tile + 9 * VECTOR, ORDER);
        sum22.intoMemorySegment(ALL, tile + 10 * VECTOR, ORDER);
        sum23.intoMemorySegment(ALL, tile + 11 * VECTOR, ORDER);
        sum30.intoMemorySegment(ALL, tile + 12 * VECTOR, ORDER);
        sum31.intoMemorySegment(ALL, tile + 13 * VECTOR, ORDER);
        sum32.intoMemorySegment(ALL, tile + 14 * VECTOR, ORDER);
        sum33.intoMemorySegment(ALL, tile + 15 * VECTOR, ORDER);
        sum40.intoMemorySegment(ALL, tile + 16 * VECTOR, ORDER);
        sum41.intoMemorySegment(ALL, tile + 17 * VECTOR, ORDER);
        sum42.intoMemorySegment(ALL, tile + 18 * VECTOR, ORDER);
        sum43.intoMemorySegment(ALL, tile + 19 * VECTOR, ORDER);
        sum50.intoMemorySegment(ALL, tile + 20 * VECTOR, ORDER);
        sum51.intoMemorySegment(ALL, tile + 21 * VECTOR, ORDER);
        sum52.intoMemorySegment(ALL, tile + 22 * VECTOR, ORDER);
        sum53.intoMemorySegment(ALL, tile + 23 * VECTOR, ORDER);
    }

    /** C ← S + tile. */
    private static void finish(int rows, long tile, long start, long startRow, long c, long cRow) {
        for (int row = 0; row < rows; row++) {
            long from = tile + row * ROW;
            long begin = start + row * startRow;
            long to = c + row * cRow;
            for (long at = 0; at < ROW; at += VECTOR) {
                FloatVector.fromMemorySegment(SPECIES, ALL, from + at, ORDER)
                        .add(FloatVector.fromMemorySegment(SPECIES, ALL, begin + at, ORDER))
                        .intoMemorySegment(ALL, to + at, ORDER);
            }
        }
    }
}
