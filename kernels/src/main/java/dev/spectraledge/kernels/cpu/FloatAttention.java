package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;

/**
 * Scaled dot-product attention (Vaswani et al. 2017) of one run, one head of one sequence at a time, so that its keys
 * and values stay in the first-level cache. Scores have their lanes along the keys, for which the keys of the head are
 * transposed once; everything else has its lanes along the head's width.
 *
 * <p>Backward: dV = Pᵀ·dO, dP = dO·Vᵀ, dS by {@link FloatSoftmax#backward}, dQ = dS·K, dK = dSᵀ·Q.
 *
 * <p>In scratch lie one vector, one tile, the transposed matrix, and one (forward) or two (backward) matrices of scores, whose rows
 * are zero beyond the visible keys.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatAttention {
    private FloatAttention() {}

    /** Bytes of scratch that {@link #forward} and {@link #backward} need. */
    static long scratch(AttentionShape shape, int maxQueries, int maxKeys) {
        long tiles = VECTOR + FloatTranspose.TILE + (shape.headWidth() + 2L * maxQueries) * rowBytes(maxKeys);
        return Math.max(tiles, FloatShortAttention.scratch());
    }

    private static long rowBytes(int keys) {
        return (long) FloatLanes.padded(keys) * ELEMENT;
    }

    static void forward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            int run,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor output,
            long scratch) {
        if (FloatShortAttention.suits(shape, queries, keys, run)) {
            FloatShortAttention.forward(shape, queries, keys, run, query, key, value, probabilities, output, scratch);
            return;
        }
        for (int sequence = 0; sequence < queries.sequences(run); sequence++) {
            int queryBegin = queries.begin(run, sequence);
            int keyBegin = keys.begin(run, sequence);
            int queryCount = queries.length(run, sequence);
            int keyCount = keys.length(run, sequence);
            long scores = scratch + VECTOR + FloatTranspose.TILE + shape.headWidth() * rowBytes(keyCount);
            for (int head = 0; head < shape.heads(); head++) {
                scores(
                        shape,
                        queryCount,
                        keyCount,
                        at(query, queryBegin, shape, head),
                        FloatRows.stride(query),
                        at(key, keyBegin, shape, head),
                        FloatRows.stride(key),
                        scratch + VECTOR,
                        scratch + VECTOR + FloatTranspose.TILE,
                        scores);
                softmax(
                        shape,
                        queryCount,
                        keyCount,
                        scores,
                        probabilitiesAt(probabilities, queryBegin, head),
                        FloatRows.stride(probabilities),
                        scratch);
                byQueries(
                        shape,
                        0,
                        queryCount,
                        queryCount,
                        keyCount,
                        scores,
                        at(value, keyBegin, shape, head),
                        FloatRows.stride(value),
                        at(output, queryBegin, shape, head),
                        FloatRows.stride(output));
            }
        }
    }

    static void backward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            int run,
            Tensor outputGradient,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient,
            long scratch) {
        if (FloatShortAttention.suits(shape, queries, keys, run)) {
            FloatShortAttention.backward(
                    shape,
                    queries,
                    keys,
                    run,
                    outputGradient,
                    query,
                    key,
                    value,
                    probabilities,
                    queryGradient,
                    keyGradient,
                    valueGradient,
                    scratch);
            return;
        }
        for (int sequence = 0; sequence < queries.sequences(run); sequence++) {
            int queryBegin = queries.begin(run, sequence);
            int keyBegin = keys.begin(run, sequence);
            int queryCount = queries.length(run, sequence);
            int keyCount = keys.length(run, sequence);
            long scores = scratch + VECTOR + FloatTranspose.TILE + shape.headWidth() * rowBytes(keyCount);
            long copy = scores + queryCount * rowBytes(keyCount);
            for (int head = 0; head < shape.heads(); head++) {
                long gradient = at(outputGradient, queryBegin, shape, head);
                long gradientStride = FloatRows.stride(outputGradient);
                scores(
                        shape,
                        queryCount,
                        keyCount,
                        gradient,
                        gradientStride,
                        at(value, keyBegin, shape, head),
                        FloatRows.stride(value),
                        scratch + VECTOR,
                        scratch + VECTOR + FloatTranspose.TILE,
                        scores);
                softmaxBackward(
                        shape,
                        queryCount,
                        keyCount,
                        probabilitiesAt(probabilities, queryBegin, head),
                        FloatRows.stride(probabilities),
                        copy,
                        scores,
                        scratch);
                byQueries(
                        shape,
                        0,
                        queryCount,
                        queryCount,
                        keyCount,
                        scores,
                        at(key, keyBegin, shape, head),
                        FloatRows.stride(key),
                        at(queryGradient, queryBegin, shape, head),
                        FloatRows.stride(queryGradient));
                byKeys(
                        shape,
                        queryCount,
                        keyCount,
                        scores,
                        at(query, queryBegin, shape, head),
                        FloatRows.stride(query),
                        at(keyGradient, keyBegin, shape, head),
                        FloatRows.stride(keyGradient));
                byKeys(
                        shape,
                        queryCount,
                        keyCount,
                        copy,
                        gradient,
                        gradientStride,
                        at(valueGradient, keyBegin, shape, head),
                        FloatRows.stride(valueGradient));
            }
        }
    }

    /** Address of a head's part of a row. */
    static long at(Tensor matrix, int row, AttentionShape shape, int head) {
        return matrix.address() + row * FloatRows.stride(matrix) + (long) head * shape.headWidth() * ELEMENT;
    }

    private static long probabilitiesAt(Tensor probabilities, int row, int head) {
        return probabilities.address() + (row * probabilities.stride(0) + head * probabilities.stride(1)) * ELEMENT;
    }

    /** scores_ij ← left_i · right_j for the visible j, through the transposed right. */
    private static void scores(
            AttentionShape shape,
            int queries,
            int keys,
            long left,
            long leftStride,
            long right,
            long rightStride,
            long tile,
            long transposed,
            long scores) {
        long stride = rowBytes(keys);
        FloatTranspose.columns(keys, shape.headWidth(), right, rightStride, transposed, stride, tile);
        scores(shape, 0, queries, queries, keys, left, leftStride, transposed, scores);
    }

    /** scores_ij ← left_i · right_j for the visible j and the queries of a block. */
    static void scores(
            AttentionShape shape,
            int first,
            int block,
            int queries,
            int keys,
            long left,
            long leftStride,
            long transposed,
            long scores) {
        long stride = rowBytes(keys);
        for (int i = 0; i < block; i += FloatTiles.ROWS) {
            int rows = Math.min(FloatTiles.ROWS, block - i);
            FloatTiles.combine(
                    rows,
                    shape.headWidth(),
                    FloatLanes.padded(shape.visibleKeys(first + i + rows - 1, queries, keys)),
                    left + i * leftStride,
                    leftStride,
                    ELEMENT,
                    transposed,
                    stride,
                    scores + i * stride,
                    stride);
        }
    }

    private static void softmax(
            AttentionShape shape,
            int queries,
            int keys,
            long scores,
            long probabilities,
            long probabilitiesStride,
            long lanes) {
        float scale = (float) (1 / Math.sqrt(shape.headWidth()));
        int padded = FloatLanes.padded(keys);
        for (int i = 0; i < queries; i++) {
            FloatSoftmax.shift(shape.visibleKeys(i, queries, keys), scores + i * rowBytes(keys), scale, lanes);
        }
        for (int i = 0; i < queries; i++) {
            FloatSoftmax.exponentials(shape.visibleKeys(i, queries, keys), scores + i * rowBytes(keys));
        }
        for (int i = 0; i < queries; i++) {
            FloatSoftmax.normalize(
                    shape.visibleKeys(i, queries, keys),
                    padded,
                    scores + i * rowBytes(keys),
                    probabilities + i * probabilitiesStride,
                    lanes);
        }
    }

    private static void softmaxBackward(
            AttentionShape shape,
            int queries,
            int keys,
            long probabilities,
            long probabilitiesStride,
            long copy,
            long scores,
            long lanes) {
        float scale = (float) (1 / Math.sqrt(shape.headWidth()));
        int padded = FloatLanes.padded(keys);
        for (int i = 0; i < queries; i++) {
            FloatSoftmax.backward(
                    shape.visibleKeys(i, queries, keys),
                    padded,
                    probabilities + i * probabilitiesStride,
                    copy + i * rowBytes(keys),
                    scores + i * rowBytes(keys),
                    scale,
                    lanes);
        }
    }

    /** target_i ← Σ_j C_ij·source_j over the keys j that query i of a block sees. */
    static void byQueries(
            AttentionShape shape,
            int first,
            int block,
            int queries,
            int keys,
            long coefficients,
            long source,
            long sourceStride,
            long target,
            long targetStride) {
        long stride = rowBytes(keys);
        for (int i = 0; i < block; i += FloatTiles.ROWS) {
            int rows = Math.min(FloatTiles.ROWS, block - i);
            FloatTiles.combine(
                    rows,
                    shape.visibleKeys(first + i + rows - 1, queries, keys),
                    shape.headWidth(),
                    coefficients + i * stride,
                    stride,
                    ELEMENT,
                    source,
                    sourceStride,
                    target + i * targetStride,
                    targetStride);
        }
    }

    /** target_j ← Σ_i C_ij·source_i over the queries i that see key j. */
    private static void byKeys(
            AttentionShape shape,
            int queries,
            int keys,
            long coefficients,
            long source,
            long sourceStride,
            long target,
            long targetStride) {
        long stride = rowBytes(keys);
        for (int j = 0; j < keys; j += FloatTiles.ROWS) {
            int first = shape.firstQuery(j, queries, keys);
            FloatTiles.combine(
                    Math.min(FloatTiles.ROWS, keys - j),
                    queries - first,
                    shape.headWidth(),
                    coefficients + first * stride + (long) j * ELEMENT,
                    ELEMENT,
                    stride,
                    source + first * sourceStride,
                    sourceStride,
                    target + j * targetStride,
                    targetStride);
        }
    }
}
