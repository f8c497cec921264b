package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.StoredFormat;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The band of a Gram matrix of differences: for n + 1 long vectors θ_0 … θ_n, which stand in files, the products
 * ⟨δ_i, δ_{i−a}⟩ of δ_i = θ_i − θ_{i−1} for ages 0 ≤ a &lt; A, and ⟨θ_i, δ_i⟩. A block of elements is taken at a time, through all
 * vectors, so that each number is read from memory once and what is kept of it fits the cache of a core.
 *
 * <p>Numbers are widened to double, then subtracted, so that differences of float32 are exact up to one rounding to double. Four rows meet
 * four ages in registers. Each product is added up in the same way whatever n, A, and the place of its two vectors, so
 * its bits depend on those alone: along chains of {@value #CHUNK} elements over the lanes of a vector, then the sums of
 * chains, then the lanes. What is not finite in a vector makes the square of its difference not finite.
 *
 * <p>Used by one thread at a time; allocates nothing after construction.
 */
public final class DifferenceBand {
    /** Most elements of a block: adding up this many loses no more than a few roundings. */
    public static final int BLOCK = 16_384;

    /** Elements that are widened and subtracted before they are multiplied. */
    private static final int TILE = 2048;
    /** Elements whose products are added in registers; of the vectors that meet, as much fits the nearest cache. */
    private static final int CHUNK = 256;

    private static final int ROWS = 4;
    private static final int AGES = 4;
    /** Differences that the panel holds beside those that the next ones meet. */
    private static final int PANEL_ROWS = 32;

    private static final VectorSpecies<Double> SPECIES = DoubleLanes.SPECIES;
    private static final long VECTOR = DoubleLanes.VECTOR;
    /** Bytes of a row's place: no power of two, or the rows of a chunk would share the sets of a cache. */
    private static final long ROW = (long) (TILE + CHUNK + Long.BYTES) * Double.BYTES;

    private final int rows;
    private final int ages;
    private final int paddedAges;
    private final long lanes;
    private final long lanesWithVectors;
    private final long lanesEnd;
    private final long panel;
    private final long widenedNow;
    private final long widenedBefore;

    /**
     * @param rows n, differences
     * @param ages A
     */
    public DifferenceBand(MemoryOwner owner, int rows, int ages) {
        if (rows < 1 || ages < 1) {
            throw new IllegalArgumentException("a band needs at least one difference and one age");
        }
        this.rows = rows;
        this.ages = ages;
        paddedAges = padded(ages, AGES);
        long paddedRows = padded(rows, ROWS);
        long ofProducts = paddedRows * paddedAges * VECTOR;
        long ofVectors = paddedRows * VECTOR;
        long ofPanel = (paddedAges + PANEL_ROWS) * ROW;
        long bytes = ofProducts + ofVectors + ofPanel + 2 * ROW + VECTOR;
        long address = Tensor.allocate(owner, DType.FLOAT64, bytes / Double.BYTES)
                .segment()
                .address();
        lanes = (address + VECTOR - 1) / VECTOR * VECTOR;
        lanesWithVectors = lanes + ofProducts;
        lanesEnd = lanesWithVectors + ofVectors;
        panel = lanesEnd;
        widenedNow = panel + ofPanel;
        widenedBefore = widenedNow + ROW;
    }

    private static int padded(int count, int multiple) {
        return (count + multiple - 1) / multiple * multiple;
    }

    /** Length of the result of {@link #multiply}. */
    public int products() {
        return rows * (ages + 1);
    }

    /**
     * Forms the products over one block. An {@link InternalError}, now or soon after, says that a mapped file was
     * cut, if the process lives on: see {@link StoredNumbers}.
     *
     * @param formats of the n + 1 vectors
     * @param addresses of the block's first element in each of them, in memory or a mapped file
     * @param elements at most {@link #BLOCK}
     * @param products receives, for each difference δ_i from i = 1 on, ⟨δ_i, δ_{i−a}⟩ for all ages (anything where i − a &lt; 1),
     *     then ⟨θ_i, δ_i⟩
     */
    public void multiply(StoredFormat[] formats, long[] addresses, int elements, double[] products) {
        Objects.checkIndex(elements, BLOCK + 1);
        Objects.checkFromIndexSize(0, products(), products.length);
        for (long at = lanes; at < lanesEnd; at += VECTOR) {
            DoubleVector.zero(SPECIES).intoMemorySegment(ALL, at, ORDER);
        }
        for (int begin = 0; begin < elements; begin += TILE) {
            addTile(formats, addresses, begin, Math.min(TILE, elements - begin));
        }
        int index = 0;
        for (int row = 0; row < rows; row++) {
            for (int age = 0; age < ages; age++) {
                products[index++] = DoubleLanes.sum(lanesOf(row, age));
            }
            products[index++] = DoubleLanes.sum(lanesWithVectors + row * VECTOR);
        }
    }

    private long lanesOf(int row, int age) {
        return lanes + ((long) row * paddedAges + age) * VECTOR;
    }

    private void addTile(StoredFormat[] formats, long[] addresses, int begin, int count) {
        int padded = DoubleLanes.padded(count);
        for (int first = 0; first < rows; first += PANEL_ROWS) {
            if (first > 0) {
                keepNewest();
            }
            int here = Math.min(PANEL_ROWS, rows - first);
            for (int row = 0; row < here; row++) {
                int vector = first + row;
                subtract(
                        formats[vector + 1],
                        addresses[vector + 1] + (long) begin * formats[vector + 1].bytes(),
                        formats[vector],
                        addresses[vector] + (long) begin * formats[vector].bytes(),
                        count,
                        panelRow(row),
                        lanesWithVectors + vector * VECTOR);
            }
            for (int chunk = 0; chunk < padded; chunk += CHUNK) {
                addChunk(first, here, chunk, Math.min(CHUNK, padded - chunk));
            }
        }
    }

    /** Of the differences that follow those which earlier ones of the panel meet. */
    private long panelRow(int row) {
        return panel + (paddedAges + row) * ROW;
    }

    private void keepNewest() {
        MemorySegment.copy(ALL, panelRow(PANEL_ROWS - paddedAges), ALL, panel, paddedAges * ROW);
    }

    /** Writes a difference, filled up with zeros to whole vectors, and adds its products with the vector at its end. */
    private void subtract(
            StoredFormat format,
            long now,
            StoredFormat formatBefore,
            long before,
            int count,
            long difference,
            long lanes) {
        int whole = format == formatBefore ? StoredNumbers.whole(format, count) : 0;
        StoredNumbers.subtract(format, now, before, whole, difference, lanes);
        if (whole < count) {
            widen(format, now + (long) whole * format.bytes(), count - whole, widenedNow);
            widen(formatBefore, before + (long) whole * formatBefore.bytes(), count - whole, widenedBefore);
            StoredNumbers.subtract(
                    StoredFormat.FLOAT64,
                    widenedNow,
                    widenedBefore,
                    DoubleLanes.padded(count - whole),
                    difference + (long) whole * Double.BYTES,
                    lanes);
        }
    }

    private static void widen(StoredFormat format, long from, int count, long to) {
        StoredNumbers.widen(format, from, count, to);
        for (int index = count; index < DoubleLanes.padded(count); index++) {
            RawMemory.writeDouble(to + (long) index * Double.BYTES, 0);
        }
    }

    private void addChunk(int first, int here, int chunk, int elements) {
        for (int row = 0; row < here; row += ROWS) {
            long x = panelRow(row) + (long) chunk * Double.BYTES;
            // Ages that reach back to before the first difference have nothing to meet.
            int reached = Math.min(ages, first + row + ROWS);
            for (int age = 0; age < reached; age += AGES) {
                addBand(x, x - age * ROW, elements, lanesOf(first + row, age), paddedAges * VECTOR);
            }
        }
    }

    /** Adds the products of rows x_0 … x_3 with rows y_{r−k} for ages k of 0 … 3, y_r standing where x_r would at age 0. */
    private static void addBand(long x, long y, int elements, long lanes, long laneStride) {
        DoubleVector sum00 = DoubleVector.zero(SPECIES);
        DoubleVector sum01 = DoubleVector.zero(SPECIES);
        DoubleVector sum02 = DoubleVector.zero(SPECIES);
        DoubleVector sum03 = DoubleVector.zero(SPECIES);
        DoubleVector sum10 = DoubleVector.zero(SPECIES);
        DoubleVector sum11 = DoubleVector.zero(SPECIES);
        DoubleVector sum12 = DoubleVector.zero(SPECIES);
        DoubleVector sum13 = DoubleVector.zero(SPECIES);
        DoubleVector sum20 = DoubleVector.zero(SPECIES);
        DoubleVector sum21 = DoubleVector.zero(SPECIES);
        DoubleVector sum22 = DoubleVector.zero(SPECIES);
        DoubleVector sum23 = DoubleVector.zero(SPECIES);
        DoubleVector sum30 = DoubleVector.zero(SPECIES);
        DoubleVector sum31 = DoubleVector.zero(SPECIES);
        DoubleVector sum32 = DoubleVector.zero(SPECIES);
        DoubleVector sum33 = DoubleVector.zero(SPECIES);
        long end = (long) elements * Double.BYTES;
        for (long at = 0; at < end; at += VECTOR) {
            DoubleVector x0 = DoubleVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER);
            DoubleVector x1 = DoubleVector.fromMemorySegment(SPECIES, ALL, x + at + ROW, ORDER);
            DoubleVector x2 = DoubleVector.fromMemorySegment(SPECIES, ALL, x + at + 2 * ROW, ORDER);
            DoubleVector x3 = DoubleVector.fromMemorySegment(SPECIES, ALL, x + at + 3 * ROW, ORDER);
            DoubleVector oldest = DoubleVector.fromMemorySegment(SPECIES, ALL, y + at - 3 * ROW, ORDER);
            sum03 = x0.fma(oldest, sum03);
            DoubleVector older = DoubleVector.fromMemorySegment(SPECIES, ALL, y + at - 2 * ROW, ORDER);
            sum02 = x0.fma(older, sum02);
            sum13 = x1.fma(older, sum13);
            DoubleVector old = DoubleVector.fromMemorySegment(SPECIES, ALL, y + at - ROW, ORDER);
            sum01 = x0.fma(old, sum01);
            sum12 = x1.fma(old, sum12);
            sum23 = x2.fma(old, sum23);
            DoubleVector y0 = DoubleVector.fromMemorySegment(SPECIES, ALL, y + at, ORDER);
            sum00 = x0.fma(y0, sum00);
            sum11 = x1.fma(y0, sum11);
            sum22 = x2.fma(y0, sum22);
            sum33 = x3.fma(y0, sum33);
            DoubleVector y1 = DoubleVector.fromMemorySegment(SPECIES, ALL, y + at + ROW, ORDER);
            sum10 = x1.fma(y1, sum10);
            sum21 = x2.fma(y1, sum21);
            sum32 = x3.fma(y1, sum32);
            DoubleVector y2 = DoubleVector.fromMemorySegment(SPECIES, ALL, y + at + 2 * ROW, ORDER);
            sum20 = x2.fma(y2, sum20);
            sum31 = x3.fma(y2, sum31);
            DoubleVector y3 = DoubleVector.fromMemorySegment(SPECIES, ALL, y + at + 3 * ROW, ORDER);
            sum30 = x3.fma(y3, sum30);
        }
        long to = lanes;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum00).intoMemorySegment(ALL, to, ORDER);
        to += VECTOR;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum01).intoMemorySegment(ALL, to, ORDER);
        to += VECTOR;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum02).intoMemorySegment(ALL, to, ORDER);
        to += VECTOR;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum03).intoMemorySegment(ALL, to, ORDER);
        to = lanes + laneStride;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum10).intoMemorySegment(ALL, to, ORDER);
        to += VECTOR;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum11).intoMemorySegment(ALL, to, ORDER);
        to += VECTOR;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum12).intoMemorySegment(ALL, to, ORDER);
        to += VECTOR;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum13).intoMemorySegment(ALL, to, ORDER);
        to = lanes + 2 * laneStride;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum20).intoMemorySegment(ALL, to, ORDER);
        to += VECTOR;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum21).intoMemorySegment(ALL, to, ORDER);
        to += VECTOR;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum22).intoMemorySegment(ALL, to, ORDER);
        to += VECTOR;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum23).intoMemorySegment(ALL, to, ORDER);
        to = lanes + 3 * laneStride;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum30).intoMemorySegment(ALL, to, ORDER);
        to += VECTOR;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum31).intoMemorySegment(ALL, to, ORDER);
        to += VECTOR;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum32).intoMemorySegment(ALL, to, ORDER);
        to += VECTOR;
        DoubleVector.fromMemorySegment(SPECIES, ALL, to, ORDER).add(sum33).intoMemorySegment(ALL, to, ORDER);
    }
}
