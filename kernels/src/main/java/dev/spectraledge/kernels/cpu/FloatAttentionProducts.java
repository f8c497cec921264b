package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.Tensor;

/**
 * Products of a block of the queries of one attention head with a block of its keys. Scores have their lanes along the keys,
 * for which keys are transposed; everything else has its lanes along the head's width.
 *
 * <p>Query i of a block sees the first min(seen + i·step, keys) keys of the block, at least one; step is 1 or 0. Rows of scores
 * lie {@link #scoreBytes} apart and are zero, or whatever a product has left there, beyond the keys that the last query of a
 * group of {@link FloatTiles#ROWS} sees.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatAttentionProducts {
    /** Bytes that processors move at once between their caches. */
    private static final long LINE = 64;

    private FloatAttentionProducts() {}

    /**
     * From one row of scores or of a transposed matrix to the next: an odd number of lines, as rows that are a power of two
     * apart would contend for few places of a cache.
     */
    static long scoreBytes(int keys) {
        long lines = ((long) FloatLanes.padded(keys) * ELEMENT + LINE - 1) / LINE;
        return (lines | 1) * LINE;
    }

    /** Address of a head's part of a row. */
    static long at(Tensor matrix, int row, AttentionShape shape, int head) {
        return matrix.address() + row * FloatRows.stride(matrix) + (long) head * shape.headWidth() * ELEMENT;
    }

    /** Keys of a block that one of its queries sees. */
    static int visible(int seen, int step, int query, int keys) {
        return Math.min(seen + step * query, keys);
    }

    /** How far a row of scores is read beyond its visible keys, because rows and keys are taken in groups. */
    static int paddedForGroups(int visible, int keys) {
        return FloatLanes.padded(Math.min(keys, visible + FloatTiles.ROWS - 1));
    }

    /**
     * scores_ij ← left_i · right_j for the visible j.
     *
     * @param zeros a row of zeros as long as scores
     */
    static void scores(
            AttentionShape shape,
            int seen,
            int step,
            int queries,
            int keys,
            long left,
            long leftStride,
            long transposedRight,
            long transposedStride,
            long zeros,
            long scores,
            long stride) {
        for (int i = 0; i < queries; i += FloatTiles.ROWS) {
            int rows = Math.min(FloatTiles.ROWS, queries - i);
            FloatTiles.combine(
                    rows,
                    shape.headWidth(),
                    FloatLanes.padded(visible(seen, step, i + rows - 1, keys)),
                    left + i * leftStride,
                    leftStride,
                    ELEMENT,
                    transposedRight,
                    transposedStride,
                    zeros,
                    0,
                    scores + i * stride,
                    stride);
        }
    }

    /** target_i ← start_i + Σ_j C_ij·source_j over the keys j that query i sees. */
    static void byQueries(
            AttentionShape shape,
            int seen,
            int step,
            int queries,
            int keys,
            long coefficients,
            long stride,
            long source,
            long sourceStride,
            long start,
            long startStride,
            long target,
            long targetStride) {
        for (int i = 0; i < queries; i += FloatTiles.ROWS) {
            int rows = Math.min(FloatTiles.ROWS, queries - i);
            FloatTiles.combine(
                    rows,
                    visible(seen, step, i + rows - 1, keys),
                    shape.headWidth(),
                    coefficients + i * stride,
                    stride,
                    ELEMENT,
                    source,
                    sourceStride,
                    start + i * startStride,
                    startStride,
                    target + i * targetStride,
                    targetStride);
        }
    }

    /** target_j ← start_j + Σ_i C_ij·source_i over the queries i that see key j. */
    static void byKeys(
            AttentionShape shape,
            int seen,
            int step,
            int queries,
            int keys,
            long coefficients,
            long stride,
            long source,
            long sourceStride,
            long start,
            long startStride,
            long target,
            long targetStride) {
        int all = visible(seen, step, queries - 1, keys);
        for (int j = 0; j < all; j += FloatTiles.ROWS) {
            int first = step * Math.clamp(j + 1L - seen, 0, queries);
            FloatTiles.combine(
                    Math.min(FloatTiles.ROWS, all - j),
                    queries - first,
                    shape.headWidth(),
                    coefficients + first * stride + (long) j * ELEMENT,
                    ELEMENT,
                    stride,
                    source + first * sourceStride,
                    sourceStride,
                    start + j * startStride,
                    startStride,
                    target + j * targetStride,
                    targetStride);
        }
    }
}
