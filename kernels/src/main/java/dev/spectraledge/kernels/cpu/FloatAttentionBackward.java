package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;

/**
 * Backward of {@link FloatAttention}: dV = Pᵀ·dO, dP = dO·Vᵀ, dS by {@link FloatSoftmax#backward}, dQ = dS·K, dK = dSᵀ·Q. One
 * head of one sequence at a time: a block of keys with all that is summed for it, and block by block the queries that see it (Dao
 * 2023). Where probabilities have been kept, all keys are one block.
 *
 * <p>In scratch lie one vector, one tile, a row of zeros, a row of a head, a number for each query, keys and values of a block
 * transposed, and two blocks of scores.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatAttentionBackward {
    /** Queries of a block with all keys; as many as sequences have whose probabilities are worth keeping. */
    private static final int KEPT_QUERIES = 256;

    /** Queries of a block where probabilities are computed again, whose scores stay in the second-level cache. */
    private static final int QUERIES = 128;

    /** Keys of such a block. */
    private static final int KEYS = 256;

    private FloatAttentionBackward() {}

    /** Bytes of scratch that {@link #backward} needs. */
    static long scratch(AttentionShape shape, int maxQueries, int maxKeys, boolean keptProbabilities) {
        int keys = blockKeys(maxKeys, keptProbabilities);
        long scoreBytes = FloatAttentionProducts.scoreBytes(keys);
        int queries = Math.min(maxQueries, blockQueries(keptProbabilities));
        return VECTOR
                + FloatTranspose.TILE
                + Math.max(scoreBytes, rowBytes(shape))
                + rowBytes(shape)
                + meanBytes(maxQueries)
                + 2L * (shape.headWidth() + queries) * scoreBytes;
    }

    private static int blockKeys(int keys, boolean keptProbabilities) {
        return keptProbabilities ? keys : Math.min(KEYS, keys);
    }

    private static int blockQueries(boolean keptProbabilities) {
        return keptProbabilities ? KEPT_QUERIES : QUERIES;
    }

    private static long rowBytes(AttentionShape shape) {
        return (long) FloatLanes.padded(shape.headWidth()) * ELEMENT;
    }

    private static long meanBytes(int queries) {
        return (long) FloatLanes.padded(queries) * ELEMENT;
    }

    /**
     * With probabilities, or else with the output and the logarithms of the sums; the others are null.
     *
     * @param logSums {@code [capacity, heads]}
     */
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
            Tensor output,
            Tensor logSums,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient,
            long scratch) {
        if (probabilities != null && FloatShortAttention.suits(shape, queries, keys, run)) {
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
            for (int head = 0; head < shape.heads(); head++) {
                backward(
                        shape,
                        queries.begin(run, sequence),
                        queries.length(run, sequence),
                        keys.begin(run, sequence),
                        keys.length(run, sequence),
                        head,
                        outputGradient,
                        query,
                        key,
                        value,
                        probabilities,
                        output,
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
            Tensor probabilities,
            Tensor output,
            Tensor logSums,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient,
            long scratch) {
        int most = blockKeys(keys, probabilities != null);
        long stride = FloatAttentionProducts.scoreBytes(most);
        long tile = scratch + VECTOR;
        long zeros = tile + FloatTranspose.TILE;
        long row = zeros + Math.max(stride, rowBytes(shape));
        long means = row + rowBytes(shape);
        long transposedKeys = means + meanBytes(queries);
        long transposedValues = transposedKeys + shape.headWidth() * stride;
        long p = transposedValues + shape.headWidth() * stride;

        int mostQueries = blockQueries(probabilities != null);
        // The last query sees all keys, so that an only block writes all gradients; several add to them.
        boolean isOnly = most == keys && queries > 0 && queries <= mostQueries;
        if (!isOnly) {
            clear(shape, queries, queryGradient, queryBegin, head);
            clear(shape, keys, keyGradient, keyBegin, head);
            clear(shape, keys, valueGradient, keyBegin, head);
        }
        FloatRows.clear(zeros, Math.max(FloatLanes.padded(most), FloatLanes.padded(shape.headWidth())));
        if (output != null) {
            means(shape, queryBegin, queries, head, outputGradient, output, row, means, scratch);
        }
        for (int firstKey = 0; firstKey < keys; firstKey += most) {
            int block = Math.min(most, keys - firstKey);
            int keyRow = keyBegin + firstKey;
            long fromKeys = FloatAttentionProducts.at(key, keyRow, shape, head);
            long fromValues = FloatAttentionProducts.at(value, keyRow, shape, head);
            if (probabilities == null) {
                FloatTranspose.columns(
                        block, shape.headWidth(), fromKeys, FloatRows.stride(key), transposedKeys, stride, tile);
            }
            FloatTranspose.columns(
                    block, shape.headWidth(), fromValues, FloatRows.stride(value), transposedValues, stride, tile);
            int first = shape.firstQuery(firstKey, queries, keys);
            for (; first < queries; first += mostQueries) {
                addBlock(
                        shape,
                        shape.visibleKeys(first, queries, keys) - firstKey,
                        Math.min(mostQueries, queries - first),
                        block,
                        isOnly,
                        queryBegin + first,
                        keyRow,
                        head,
                        outputGradient,
                        query,
                        key,
                        probabilities,
                        logSums,
                        queryGradient,
                        keyGradient,
                        valueGradient,
                        zeros,
                        means + (long) first * ELEMENT,
                        transposedKeys,
                        transposedValues,
                        p,
                        stride,
                        scratch);
            }
        }
    }

    private static void clear(AttentionShape shape, int rows, Tensor gradient, int begin, int head) {
        for (int row = 0; row < rows; row++) {
            FloatRows.clear(FloatAttentionProducts.at(gradient, begin + row, shape, head), shape.headWidth());
        }
    }

    /** Σ_j P_ij·dP_ij = dO_i · O_i of each query (Dao et al. 2022), which all blocks of keys need. */
    private static void means(
            AttentionShape shape,
            int begin,
            int queries,
            int head,
            Tensor outputGradient,
            Tensor output,
            long row,
            long means,
            long lanes) {
        int padded = FloatLanes.padded(shape.headWidth());
        for (int i = 0; i < queries; i++) {
            long o = FloatAttentionProducts.at(output, begin + i, shape, head);
            long gradient = FloatAttentionProducts.at(outputGradient, begin + i, shape, head);
            FloatRows.copyPadded(o, row, shape.headWidth(), 0);
            FloatRows.multiply(row, gradient, row, shape.headWidth());
            FloatLanes.write(means + (long) i * ELEMENT, FloatRows.sum(padded, row, lanes));
        }
    }

    /**
     * What a block of queries adds to the gradients, given a block of keys.
     *
     * @param isOnly whether gradients begin with it
     * @param begin row of the first query
     * @param keyBegin row of the first key
     */
    private static void addBlock(
            AttentionShape shape,
            int seen,
            int queries,
            int keys,
            boolean isOnly,
            int begin,
            int keyBegin,
            int head,
            Tensor outputGradient,
            Tensor query,
            Tensor key,
            Tensor probabilities,
            Tensor logSums,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient,
            long zeros,
            long means,
            long transposedKeys,
            long transposedValues,
            long p,
            long stride,
            long lanes) {
        int step = shape.causal() ? 1 : 0;
        long ds = p + queries * stride;
        long q = FloatAttentionProducts.at(query, begin, shape, head);
        long qStride = FloatRows.stride(query);
        long gradient = FloatAttentionProducts.at(outputGradient, begin, shape, head);
        long gradientStride = FloatRows.stride(outputGradient);
        if (probabilities == null) {
            FloatAttentionProducts.scores(
                    shape, seen, step, queries, keys, q, qStride, transposedKeys, stride, zeros, p, stride);
        }
        FloatAttentionProducts.scores(
                shape,
                seen,
                step,
                queries,
                keys,
                gradient,
                gradientStride,
                transposedValues,
                stride,
                zeros,
                ds,
                stride);
        float scale = (float) (1 / Math.sqrt(shape.headWidth()));
        for (int i = 0; i < queries; i++) {
            int visible = FloatAttentionProducts.visible(seen, step, i, keys);
            int padded = FloatAttentionProducts.paddedForGroups(visible, keys);
            long pRow = p + i * stride;
            long dsRow = ds + i * stride;
            float mean;
            if (probabilities == null) {
                float logSum = FloatLanes.read(FloatAttention.logSumAt(logSums, begin + i, head));
                FloatSoftmax.hide(visible, pRow);
                FloatSoftmax.exponentials(visible, padded, pRow, scale, logSum);
                mean = FloatLanes.read(means + (long) i * ELEMENT);
            } else {
                FloatSoftmax.copy(
                        visible, padded, FloatAttention.probabilitiesAt(probabilities, begin + i, head), pRow);
                mean = FloatRows.dot(FloatLanes.padded(visible), pRow, dsRow, lanes);
            }
            FloatSoftmax.backward(visible, padded, pRow, dsRow, scale, mean);
        }
        long k = FloatAttentionProducts.at(key, keyBegin, shape, head);
        long dq = FloatAttentionProducts.at(queryGradient, begin, shape, head);
        long dqStride = FloatRows.stride(queryGradient);
        long dk = FloatAttentionProducts.at(keyGradient, keyBegin, shape, head);
        long dkStride = FloatRows.stride(keyGradient);
        long dv = FloatAttentionProducts.at(valueGradient, keyBegin, shape, head);
        long dvStride = FloatRows.stride(valueGradient);
        FloatAttentionProducts.byQueries(
                shape,
                seen,
                step,
                queries,
                keys,
                ds,
                stride,
                k,
                FloatRows.stride(key),
                isOnly ? zeros : dq,
                isOnly ? 0 : dqStride,
                dq,
                dqStride);
        FloatAttentionProducts.byKeys(
                shape,
                seen,
                step,
                queries,
                keys,
                ds,
                stride,
                q,
                qStride,
                isOnly ? zeros : dk,
                isOnly ? 0 : dkStride,
                dk,
                dkStride);
        FloatAttentionProducts.byKeys(
                shape,
                seen,
                step,
                queries,
                keys,
                p,
                stride,
                gradient,
                gradientStride,
                isOnly ? zeros : dv,
                isOnly ? 0 : dvStride,
                dv,
                dvStride);
    }
}
