package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Adds the products of a block of 2048 elements to accumulators of double lanes, 256 elements at a time. The vectors are
 * widened to double once, into a panel that stays in near caches, and four of them meet two rows of a window in registers, or two
 * of them four rows: an update and its companion, by the kernel of the band ({@link FloatGramBand}), which is compiled where
 * updates come in blocks as well.
 * Each pair is added up in the same way wherever it stands in a tile, so that its bits depend on nothing else. Tiles are
 * filled up with vectors and rows whose products nobody reads.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatGramTile {
    /** Elements of a block. */
    static final int BLOCK = 2048;
    /** Elements whose products are added in registers before they go to the accumulators. */
    static final int CHUNK = 256;

    private static final int VECTORS = 4;

    private static final int PAIR = 2;
    private static final int ROWS = 4;
    private static final VectorSpecies<Double> WIDE = DoubleLanes.SPECIES;
    private static final long IN = FloatWidening.VECTOR;
    private static final long OUT = DoubleLanes.VECTOR;
    /** Bytes of a widened vector's place: no power of two, or the four of a tile would share the sets of a cache. */
    static final long PANEL_ROW = (long) (BLOCK + CHUNK + Long.BYTES) * Double.BYTES;

    private FloatGramTile() {}

    /** Bytes for the widened vectors. */
    static long panels(int count) {
        return vectors(count) * PANEL_ROW;
    }

    /** Vectors that have accumulators. */
    static long vectors(int count) {
        return count <= PAIR ? count : (count + VECTORS - 1L) / VECTORS * VECTORS;
    }

    /** Rows that have accumulators, for each vector. */
    static long rows(int rows) {
        return (rows + ROWS - 1L) / ROWS * ROWS;
    }

    /**
     * Adds the products of {@code count} vectors with {@code rows} rows.
     *
     * @param elements at most {@link #BLOCK}, and a multiple of the lanes
     * @param lanes an accumulator for each of {@link #rows rows(rows)} rows, for each of {@link #vectors vectors(count)}
     * @param panels of {@link #panels panels(count)} bytes
     */
    static void add(
            int count,
            long x,
            long xStride,
            int rows,
            long window,
            long rowStride,
            int elements,
            long lanes,
            long panels) {
        for (int index = 0; index < vectors(count); index++) {
            widen(x + Math.min(index, count - 1) * xStride, elements, panels + index * PANEL_ROW);
        }
        for (int begin = 0; begin < elements; begin += CHUNK) {
            int chunk = Math.min(CHUNK, elements - begin);
            long own = window + (long) begin * ELEMENT;
            long panel = panels + (long) begin * Double.BYTES;
            if (count <= PAIR) {
                addToRows(count, panel, rows, own, rowStride, chunk, lanes);
            } else {
                addVectors(count, panel, rows, own, rowStride, chunk, lanes);
            }
        }
    }

    /** One vector or two. */
    private static void addToRows(
            int count, long panel, int rows, long window, long rowStride, int elements, long lanes) {
        long last = window + (rows - 1) * rowStride;
        for (int row = 0; row < rows; row += ROWS) {
            long row0 = window + row * rowStride;
            long row1 = Math.min(row0 + rowStride, last);
            long row2 = Math.min(row1 + rowStride, last);
            long row3 = Math.min(row2 + rowStride, last);
            if (count == 1) {
                addTile(panel, row0, row1, row2, row3, elements, lanes + row * OUT);
            } else {
                addTile(panel, row0, row1, row2, row3, elements, lanes + row * OUT, rows(rows) * OUT);
            }
        }
    }

    private static void addVectors(
            int count, long panel, int rows, long window, long rowStride, int elements, long lanes) {
        long laneStride = rows(rows) * OUT;
        for (int row = 0; row < rows; row += 2) {
            long row0 = window + row * rowStride;
            long row1 = row + 1 < rows ? row0 + rowStride : row0;
            for (int index = 0; index < count; index += VECTORS) {
                addTile(
                        panel + index * PANEL_ROW,
                        row0,
                        row1,
                        elements,
                        lanes + index * laneStride + row * OUT,
                        laneStride);
            }
        }
    }

    static void widen(long from, int elements, long to) {
        long source = from;
        long end = to + (long) elements * Double.BYTES;
        for (long at = to; at < end; at += OUT) {
            FloatWidening.read(source).intoMemorySegment(ALL, at, ORDER);
            source += IN;
        }
    }

    private static void addTile(long panel, long row0, long row1, int elements, long lanes, long laneStride) {
        DoubleVector sum00 = DoubleVector.zero(WIDE);
        DoubleVector sum01 = DoubleVector.zero(WIDE);
        DoubleVector sum10 = DoubleVector.zero(WIDE);
        DoubleVector sum11 = DoubleVector.zero(WIDE);
        DoubleVector sum20 = DoubleVector.zero(WIDE);
        DoubleVector sum21 = DoubleVector.zero(WIDE);
        DoubleVector sum30 = DoubleVector.zero(WIDE);
        DoubleVector sum31 = DoubleVector.zero(WIDE);
        long end = (long) elements * ELEMENT;
        long x = panel;
        for (long at = 0; at < end; at += IN) {
            DoubleVector y0 = FloatWidening.read(row0 + at);
            DoubleVector y1 = FloatWidening.read(row1 + at);
            DoubleVector x0 = DoubleVector.fromMemorySegment(WIDE, ALL, x, ORDER);
            sum00 = x0.fma(y0, sum00);
            sum01 = x0.fma(y1, sum01);
            DoubleVector x1 = DoubleVector.fromMemorySegment(WIDE, ALL, x + PANEL_ROW, ORDER);
            sum10 = x1.fma(y0, sum10);
            sum11 = x1.fma(y1, sum11);
            DoubleVector x2 = DoubleVector.fromMemorySegment(WIDE, ALL, x + 2 * PANEL_ROW, ORDER);
            sum20 = x2.fma(y0, sum20);
            sum21 = x2.fma(y1, sum21);
            DoubleVector x3 = DoubleVector.fromMemorySegment(WIDE, ALL, x + 3 * PANEL_ROW, ORDER);
            sum30 = x3.fma(y0, sum30);
            sum31 = x3.fma(y1, sum31);
            x += OUT;
        }
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes, ORDER).add(sum00).intoMemorySegment(ALL, lanes, ORDER);
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes + OUT, ORDER)
                .add(sum01)
                .intoMemorySegment(ALL, lanes + OUT, ORDER);
        long lanes1 = lanes + laneStride;
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes1, ORDER).add(sum10).intoMemorySegment(ALL, lanes1, ORDER);
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes1 + OUT, ORDER)
                .add(sum11)
                .intoMemorySegment(ALL, lanes1 + OUT, ORDER);
        long lanes2 = lanes + 2 * laneStride;
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes2, ORDER).add(sum20).intoMemorySegment(ALL, lanes2, ORDER);
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes2 + OUT, ORDER)
                .add(sum21)
                .intoMemorySegment(ALL, lanes2 + OUT, ORDER);
        long lanes3 = lanes + 3 * laneStride;
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes3, ORDER).add(sum30).intoMemorySegment(ALL, lanes3, ORDER);
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes3 + OUT, ORDER)
                .add(sum31)
                .intoMemorySegment(ALL, lanes3 + OUT, ORDER);
    }

    /** Adds the products of two widened vectors with four rows; the accumulators of the second are {@code laneStride} bytes on. */
    static void addTile(
            long panel, long row0, long row1, long row2, long row3, int elements, long lanes, long laneStride) {
        DoubleVector sum00 = DoubleVector.zero(WIDE);
        DoubleVector sum01 = DoubleVector.zero(WIDE);
        DoubleVector sum02 = DoubleVector.zero(WIDE);
        DoubleVector sum03 = DoubleVector.zero(WIDE);
        DoubleVector sum10 = DoubleVector.zero(WIDE);
        DoubleVector sum11 = DoubleVector.zero(WIDE);
        DoubleVector sum12 = DoubleVector.zero(WIDE);
        DoubleVector sum13 = DoubleVector.zero(WIDE);
        long end = (long) elements * ELEMENT;
        long x = panel;
        for (long at = 0; at < end; at += IN) {
            DoubleVector x0 = DoubleVector.fromMemorySegment(WIDE, ALL, x, ORDER);
            DoubleVector x1 = DoubleVector.fromMemorySegment(WIDE, ALL, x + PANEL_ROW, ORDER);
            DoubleVector y0 = FloatWidening.read(row0 + at);
            sum00 = x0.fma(y0, sum00);
            sum10 = x1.fma(y0, sum10);
            DoubleVector y1 = FloatWidening.read(row1 + at);
            sum01 = x0.fma(y1, sum01);
            sum11 = x1.fma(y1, sum11);
            DoubleVector y2 = FloatWidening.read(row2 + at);
            sum02 = x0.fma(y2, sum02);
            sum12 = x1.fma(y2, sum12);
            DoubleVector y3 = FloatWidening.read(row3 + at);
            sum03 = x0.fma(y3, sum03);
            sum13 = x1.fma(y3, sum13);
            x += OUT;
        }
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes, ORDER).add(sum00).intoMemorySegment(ALL, lanes, ORDER);
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes + OUT, ORDER)
                .add(sum01)
                .intoMemorySegment(ALL, lanes + OUT, ORDER);
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes + 2 * OUT, ORDER)
                .add(sum02)
                .intoMemorySegment(ALL, lanes + 2 * OUT, ORDER);
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes + 3 * OUT, ORDER)
                .add(sum03)
                .intoMemorySegment(ALL, lanes + 3 * OUT, ORDER);
        long lanes1 = lanes + laneStride;
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes1, ORDER).add(sum10).intoMemorySegment(ALL, lanes1, ORDER);
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes1 + OUT, ORDER)
                .add(sum11)
                .intoMemorySegment(ALL, lanes1 + OUT, ORDER);
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes1 + 2 * OUT, ORDER)
                .add(sum12)
                .intoMemorySegment(ALL, lanes1 + 2 * OUT, ORDER);
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes1 + 3 * OUT, ORDER)
                .add(sum13)
                .intoMemorySegment(ALL, lanes1 + 3 * OUT, ORDER);
    }

    private static void addTile(long panel, long row0, long row1, long row2, long row3, int elements, long lanes) {
        DoubleVector sum0 = DoubleVector.zero(WIDE);
        DoubleVector sum1 = DoubleVector.zero(WIDE);
        DoubleVector sum2 = DoubleVector.zero(WIDE);
        DoubleVector sum3 = DoubleVector.zero(WIDE);
        long end = (long) elements * ELEMENT;
        long x = panel;
        for (long at = 0; at < end; at += IN) {
            DoubleVector own = DoubleVector.fromMemorySegment(WIDE, ALL, x, ORDER);
            sum0 = own.fma(FloatWidening.read(row0 + at), sum0);
            sum1 = own.fma(FloatWidening.read(row1 + at), sum1);
            sum2 = own.fma(FloatWidening.read(row2 + at), sum2);
            sum3 = own.fma(FloatWidening.read(row3 + at), sum3);
            x += OUT;
        }
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes, ORDER).add(sum0).intoMemorySegment(ALL, lanes, ORDER);
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes + OUT, ORDER)
                .add(sum1)
                .intoMemorySegment(ALL, lanes + OUT, ORDER);
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes + 2 * OUT, ORDER)
                .add(sum2)
                .intoMemorySegment(ALL, lanes + 2 * OUT, ORDER);
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes + 3 * OUT, ORDER)
                .add(sum3)
                .intoMemorySegment(ALL, lanes + 3 * OUT, ORDER);
    }
}
