package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;

/**
 * Attention of one run that keeps the logarithms of its sums instead of probabilities (Dao et al. 2022): one head of one
 * sequence at a time, and of it a block of queries against all keys that they see, so that the scores of a block stay in the
 * second-level cache and working memory grows with the number of keys alone. Products as in {@link FloatAttention}.
 *
 * <p>In scratch lie one vector, one tile, the transposed keys, the transposed values, and two blocks of scores.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatTiledAttention {
    /** Queries of a block. */
    private static final int BLOCK = 32;

    private FloatTiledAttention() {}

    /** Bytes of scratch that {@link #forward} and {@link #backward} need. */
    static long scratch(AttentionShape shape, int maxKeys) {
        long products = (long) FloatTiles.ROWS * FloatLanes.padded(shape.headWidth()) * ELEMENT;
        return VECTOR + FloatTranspose.TILE + 2L * (shape.headWidth() + BLOCK) * rowBytes(maxKeys) + products;
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
            Tensor logSums,
            Tensor output,
            long scratch) {
        float scale = (float) (1 / Math.sqrt(shape.headWidth()));
        for (int sequence = 0; sequence < queries.sequences(run); sequence++) {
            int queryBegin = queries.begin(run, sequence);
            int keyBegin = keys.begin(run, sequence);
            int queryCount = queries.length(run, sequence);
            int keyCount = keys.length(run, sequence);
            long stride = rowBytes(keyCount);
            long transposed = scratch + VECTOR + FloatTranspose.TILE;
            long scores = transposed + shape.headWidth() * stride;
            for (int head = 0; head < shape.heads(); head++) {
                long k = FloatAttention.at(key, keyBegin, shape, head);
                long v = FloatAttention.at(value, keyBegin, shape, head);
                transpose(shape, keyCount, k, FloatRows.stride(key), transposed, scratch);
                for (int first = 0; first < queryCount; first += BLOCK) {
                    int block = Math.min(BLOCK, queryCount - first);
                    long q = FloatAttention.at(query, queryBegin + first, shape, head);
                    long o = FloatAttention.at(output, queryBegin + first, shape, head);
                    long oStride = FloatRows.stride(output);
                    FloatAttention.scores(
                            shape, first, block, queryCount, keyCount, q, FloatRows.stride(query), transposed, scores);
                    long logSum = elementAt(logSums, queryBegin + first, head);
                    softmax(shape, first, block, queryCount, keyCount, scores, scale, logSum, logSums, scratch);
                    FloatAttention.byQueries(
                            shape, first, block, queryCount, keyCount, scores, v, FloatRows.stride(value), o, oStride);
                }
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
            Tensor logSums,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient,
            long scratch) {
        for (int sequence = 0; sequence < queries.sequences(run); sequence++) {
            int keyBegin = keys.begin(run, sequence);
            int keyCount = keys.length(run, sequence);
            for (int head = 0; head < shape.heads(); head++) {
                clear(shape, keyCount, keyGradient, keyBegin, head);
                clear(shape, keyCount, valueGradient, keyBegin, head);
                backward(
                        shape,
                        queries.begin(run, sequence),
                        queries.length(run, sequence),
                        keyBegin,
                        keyCount,
                        head,
                        outputGradient,
                        query,
                        key,
                        value,
                        logSums,
                        queryGradient,
                        keyGradient,
                        valueGradient,
                        scratch);
            }
        }
    }

    /** Of one head of one sequence. */
    private static void backward(
            AttentionShape shape,
            int queryBegin,
            int queries,
            int keyBegin,
            int keys,
            int head,
            Tensor outputGradient,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor logSums,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient,
            long scratch) {
        long stride = rowBytes(keys);
        long transposedKeys = scratch + VECTOR + FloatTranspose.TILE;
        long transposedValues = transposedKeys + shape.headWidth() * stride;
        long probabilities = transposedValues + shape.headWidth() * stride;
        long scores = probabilities + BLOCK * stride;
        long products = scores + BLOCK * stride;
        long k = FloatAttention.at(key, keyBegin, shape, head);
        long v = FloatAttention.at(value, keyBegin, shape, head);
        long dk = FloatAttention.at(keyGradient, keyBegin, shape, head);
        long dv = FloatAttention.at(valueGradient, keyBegin, shape, head);
        transpose(shape, keys, k, FloatRows.stride(key), transposedKeys, scratch);
        transpose(shape, keys, v, FloatRows.stride(value), transposedValues, scratch);
        float scale = (float) (1 / Math.sqrt(shape.headWidth()));
        for (int first = 0; first < queries; first += BLOCK) {
            int block = Math.min(BLOCK, queries - first);
            long q = FloatAttention.at(query, queryBegin + first, shape, head);
            long gradient = FloatAttention.at(outputGradient, queryBegin + first, shape, head);
            long dq = FloatAttention.at(queryGradient, queryBegin + first, shape, head);
            long qStride = FloatRows.stride(query);
            long gradientStride = FloatRows.stride(outputGradient);
            FloatAttention.scores(shape, first, block, queries, keys, q, qStride, transposedKeys, probabilities);
            FloatAttention.scores(
                    shape, first, block, queries, keys, gradient, gradientStride, transposedValues, scores);
            for (int i = 0; i < block; i++) {
                int visible = shape.visibleKeys(first + i, queries, keys);
                int padded = paddedForGroups(visible, keys);
                float logSum = FloatLanes.read(elementAt(logSums, queryBegin + first + i, head));
                FloatSoftmax.probabilities(visible, padded, probabilities + i * stride, scale, logSum);
                FloatSoftmax.backward(visible, padded, probabilities + i * stride, scores + i * stride, scale, scratch);
            }
            long dqStride = FloatRows.stride(queryGradient);
            FloatAttention.byQueries(
                    shape, first, block, queries, keys, scores, k, FloatRows.stride(key), dq, dqStride);
            addByKeys(
                    shape,
                    first,
                    block,
                    queries,
                    keys,
                    scores,
                    q,
                    qStride,
                    products,
                    dk,
                    FloatRows.stride(keyGradient));
            addByKeys(
                    shape,
                    first,
                    block,
                    queries,
                    keys,
                    probabilities,
                    gradient,
                    gradientStride,
                    products,
                    dv,
                    FloatRows.stride(valueGradient));
        }
    }

    private static long elementAt(Tensor logSums, int row, int head) {
        return logSums.address() + row * FloatRows.stride(logSums) + (long) head * ELEMENT;
    }

    private static void clear(AttentionShape shape, int rows, Tensor gradient, int begin, int head) {
        for (int row = 0; row < rows; row++) {
            FloatRows.clear(FloatAttention.at(gradient, begin + row, shape, head), shape.headWidth());
        }
    }

    /** {@code scratch} begins with a vector and a tile. */
    private static void transpose(
            AttentionShape shape, int keys, long rows, long rowStride, long transposed, long scratch) {
        FloatTranspose.columns(keys, shape.headWidth(), rows, rowStride, transposed, rowBytes(keys), scratch + VECTOR);
    }

    /** How far a row is read beyond its visible keys, because rows and keys are taken in groups. */
    private static int paddedForGroups(int visible, int keys) {
        return FloatLanes.padded(Math.min(keys, visible + FloatTiles.ROWS - 1));
    }

    /** Scores to probabilities; the logarithm of the first row's sum goes to {@code logSum}. */
    private static void softmax(
            AttentionShape shape,
            int first,
            int block,
            int queries,
            int keys,
            long scores,
            float scale,
            long logSum,
            Tensor logSums,
            long lanes) {
        long stride = rowBytes(keys);
        for (int i = 0; i < block; i++) {
            int visible = shape.visibleKeys(first + i, queries, keys);
            int padded = paddedForGroups(visible, keys);
            long row = scores + i * stride;
            float greatest = FloatSoftmax.shift(visible, row, scale, lanes);
            FloatSoftmax.exponentials(visible, row);
            float sum = FloatSoftmax.sum(visible, padded, row, lanes);
            FloatRows.scale(row, row, 1 / sum, visible);
            FloatLanes.write(
                    logSum + i * FloatRows.stride(logSums), (float) ((double) scale * greatest + Math.log(sum)));
        }
    }

    /** target_j ← target_j + Σ_i C_ij·source_i over the queries i of a block that see key j. */
    private static void addByKeys(
            AttentionShape shape,
            int first,
            int block,
            int queries,
            int keys,
            long coefficients,
            long source,
            long sourceStride,
            long products,
            long target,
            long targetStride) {
        long stride = rowBytes(keys);
        long productStride = (long) FloatLanes.padded(shape.headWidth()) * ELEMENT;
        int seen = shape.visibleKeys(first + block - 1, queries, keys);
        for (int j = 0; j < seen; j += FloatTiles.ROWS) {
            int rows = Math.min(FloatTiles.ROWS, seen - j);
            int begin = Math.max(0, shape.firstQuery(j, queries, keys) - first);
            FloatTiles.combine(
                    rows,
                    block - begin,
                    shape.headWidth(),
                    coefficients + begin * stride + (long) j * ELEMENT,
                    ELEMENT,
                    stride,
                    source + begin * sourceStride,
                    sourceStride,
                    products,
                    productStride);
            for (int row = 0; row < rows; row++) {
                long to = target + (j + row) * targetStride;
                FloatRows.sum(products + row * productStride, to, to, shape.headWidth());
            }
        }
    }
}
