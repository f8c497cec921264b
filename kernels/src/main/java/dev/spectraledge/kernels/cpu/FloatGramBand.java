package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;

/**
 * Products of the rows of a ring with the rows before them. Each has the bits that {@link FloatProducts#block} gives it, which
 * knows nothing of a row's place; but of all pairs little more are multiplied than are wanted: those of two neighbours with the
 * rows of both, four rows at a time.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatGramBand {
    private static final int VECTORS = 2;
    private static final int ROWS = 4;
    private static final int CHUNK = FloatGramTile.CHUNK;
    private static final int BLOCK = FloatGramTile.BLOCK;

    private FloatGramBand() {}

    /** Bytes of scratch that {@link #products} needs. */
    static long scratch(int count, int width) {
        return FloatGramTile.panels(padded(count))
                + padded(count) * laneStride(width)
                + (long) count * width * Double.BYTES;
    }

    private static int padded(int count) {
        return (count + VECTORS - 1) / VECTORS * VECTORS;
    }

    /** Bytes of the accumulators of a vector: those of the rows that a vector of its tile meets, and of what fills up the last tile. */
    private static long laneStride(int width) {
        return FloatGramTile.rows(width + VECTORS - 1) * DoubleLanes.VECTOR;
    }

    /**
     * Writes the products of each of {@code count} rows with itself and the rows before it, {@code width} in all and the oldest
     * first, those of row i to {@code result + i·resultStride}.
     *
     * @param rows of the ring, at least {@code count + width − 1}
     * @param oldest the row that is the first of the first row's
     * @param scratch of {@link #scratch} bytes
     */
    static void products(
            int count,
            int width,
            int rows,
            int oldest,
            long n,
            long ring,
            long rowStride,
            long result,
            long resultStride,
            long scratch) {
        long lanes = scratch + FloatGramTile.panels(padded(count));
        long corrections = lanes + padded(count) * laneStride(width);
        for (int index = 0; index < count; index++) {
            FloatProducts.clear(
                    width, result + index * resultStride, corrections + (long) index * width * Double.BYTES);
        }
        for (long begin = 0; begin < n; begin += BLOCK) {
            int elements = (int) Math.min(BLOCK, n - begin);
            int whole = elements / DoubleLanes.LANES * DoubleLanes.LANES;
            long at = ring + begin * ELEMENT;
            FloatProducts.clearLanes(lanes, corrections);
            addTiles(count, width, rows, oldest, whole, at, rowStride, lanes, scratch);
            for (int index = 0; index < count; index++) {
                long own = lanes + index * laneStride(width) + index % VECTORS * DoubleLanes.VECTOR;
                long x = at + row(rows, oldest, index + width - 1) * rowStride;
                for (int place = 0; place < width; place++) {
                    double block = DoubleLanes.sum(own + place * DoubleLanes.VECTOR)
                            + FloatProducts.rest(whole, elements, at + row(rows, oldest, index + place) * rowStride, x);
                    CompensatedSum.add(
                            block,
                            result + index * resultStride + (long) place * Double.BYTES,
                            corrections + ((long) index * width + place) * Double.BYTES);
                }
            }
        }
        for (int index = 0; index < count; index++) {
            FloatProducts.finish(
                    width, result + index * resultStride, corrections + (long) index * width * Double.BYTES);
        }
    }

    private static int row(int rows, int oldest, int place) {
        int row = oldest + place;
        return row < rows ? row : row - rows;
    }

    /** Vectors that fill up the last tile are copies of the last one. */
    private static void addTiles(
            int count,
            int width,
            int rows,
            int oldest,
            int elements,
            long at,
            long rowStride,
            long lanes,
            long panels) {
        for (int index = 0; index < padded(count); index++) {
            int place = Math.min(index, count - 1) + width - 1;
            FloatGramTile.widen(
                    at + row(rows, oldest, place) * rowStride, elements, panels + index * FloatGramTile.PANEL_ROW);
        }
        for (int begin = 0; begin < elements; begin += CHUNK) {
            int chunk = Math.min(CHUNK, elements - begin);
            long own = at + (long) begin * ELEMENT;
            long panel = panels + (long) begin * Double.BYTES;
            for (int index = 0; index < count; index += VECTORS) {
                int met = Math.min(VECTORS, count - index) + width - 1;
                for (int place = 0; place < met; place += ROWS) {
                    FloatGramTile.addTile(
                            panel + index * FloatGramTile.PANEL_ROW,
                            own + row(rows, oldest, index + place) * rowStride,
                            own + row(rows, oldest, index + Math.min(place + 1, met - 1)) * rowStride,
                            own + row(rows, oldest, index + Math.min(place + 2, met - 1)) * rowStride,
                            own + row(rows, oldest, index + Math.min(place + 3, met - 1)) * rowStride,
                            chunk,
                            lanes + index * laneStride(width) + place * DoubleLanes.VECTOR,
                            laneStride(width));
                }
            }
        }
    }
}
