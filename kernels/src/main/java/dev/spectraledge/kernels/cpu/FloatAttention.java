package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;

/**
 * Scaled dot-product attention (Vaswani et al. 2017) of one run, one head of one sequence at a time: a block of queries against
 * all keys that they see, so that the scores of a block stay near. What is kept for {@link FloatAttentionBackward} are the
 * probabilities, or the logarithms of the sums that divide them (Dao et al. 2022).
 *
 * <p>In scratch lie one vector, one tile, one number for each query of a block, a row of zeros, the transposed keys, and a
 * block of scores.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatAttention {
    /** Queries of a block. */
    private static final int BLOCK = 8 * FloatTiles.ROWS;

    private static final long GREATEST = VECTOR + FloatTranspose.TILE;
    private static final long ZEROS = GREATEST + (long) FloatLanes.padded(BLOCK) * ELEMENT;

    private FloatAttention() {}

    /** Bytes of scratch that {@link #forward} needs. */
    static long scratch(AttentionShape shape, int maxKeys) {
        long scoreBytes = FloatAttentionProducts.scoreBytes(maxKeys);
        return ZEROS + zeroBytes(shape, scoreBytes) + (shape.headWidth() + BLOCK) * scoreBytes;
    }

    private static long zeroBytes(AttentionShape shape, long scoreBytes) {
        return Math.max(scoreBytes, (long) FloatLanes.padded(shape.headWidth()) * ELEMENT);
    }

    /**
     * Of the probabilities and the logarithms of sums one is null.
     *
     * @param logSums {@code [capacity, heads]}
     */
    static void forward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            int run,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor logSums,
            Tensor output,
            long scratch) {
        if (logSums == null && FloatShortAttention.suits(shape, queries, keys, run)) {
            FloatShortAttention.forward(shape, queries, keys, run, query, key, value, probabilities, output, scratch);
            return;
        }
        for (int sequence = 0; sequence < queries.sequences(run); sequence++) {
            for (int head = 0; head < shape.heads(); head++) {
                forward(
                        shape,
                        queries.begin(run, sequence),
                        queries.length(run, sequence),
                        keys.begin(run, sequence),
                        keys.length(run, sequence),
                        head,
                        query,
                        key,
                        value,
                        probabilities,
                        logSums,
                        output,
                        scratch);
            }
        }
    }

    /** Of one head of one sequence. */
    private static void forward(
            AttentionShape shape,
            int queryBegin,
            int queries,
            int keyBegin,
            int keys,
            int head,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor logSums,
            Tensor output,
            long scratch) {
        long stride = FloatAttentionProducts.scoreBytes(keys);
        long zeros = scratch + ZEROS;
        long transposedKeys = zeros + zeroBytes(shape, stride);
        long scores = transposedKeys + shape.headWidth() * stride;
        long values = FloatAttentionProducts.at(value, keyBegin, shape, head);
        FloatRows.clear(zeros, (int) (zeroBytes(shape, stride) / ELEMENT));
        FloatTranspose.columns(
                keys,
                shape.headWidth(),
                FloatAttentionProducts.at(key, keyBegin, shape, head),
                FloatRows.stride(key),
                transposedKeys,
                stride,
                scratch + VECTOR);
        int step = shape.causal() ? 1 : 0;
        for (int first = 0; first < queries; first += BLOCK) {
            int block = Math.min(BLOCK, queries - first);
            int seen = shape.visibleKeys(first, queries, keys);
            int row = queryBegin + first;
            long q = FloatAttentionProducts.at(query, row, shape, head);
            FloatAttentionProducts.scores(
                    shape,
                    seen,
                    step,
                    block,
                    keys,
                    q,
                    FloatRows.stride(query),
                    transposedKeys,
                    stride,
                    zeros,
                    scores,
                    stride);
            exponentials(shape, seen, step, block, keys, scores, stride, scratch);
            if (logSums == null) {
                normalize(seen, step, block, keys, scores, stride, row, head, probabilities, scratch);
            } else {
                divide(shape, seen, step, block, keys, scores, stride, row, head, logSums, scratch);
            }
            FloatAttentionProducts.byQueries(
                    shape,
                    seen,
                    step,
                    block,
                    keys,
                    scores,
                    stride,
                    values,
                    FloatRows.stride(value),
                    zeros,
                    0,
                    FloatAttentionProducts.at(output, row, shape, head),
                    FloatRows.stride(output));
        }
    }

    private static float scale(AttentionShape shape) {
        return (float) (1 / Math.sqrt(shape.headWidth()));
    }

    /**
     * scores ← e^(scale·(scores − the greatest of their row)), and zero beyond the visible ones. In two steps, each for all
     * queries, which the processor overlaps; the greatest ones stay in scratch.
     */
    private static void exponentials(
            AttentionShape shape, int seen, int step, int queries, int keys, long scores, long stride, long scratch) {
        float scale = scale(shape);
        for (int i = 0; i < queries; i++) {
            int visible = FloatAttentionProducts.visible(seen, step, i, keys);
            FloatLanes.write(
                    scratch + GREATEST + (long) i * ELEMENT,
                    FloatSoftmax.greatest(visible, scores + i * stride, scratch));
        }
        for (int i = 0; i < queries; i++) {
            int visible = FloatAttentionProducts.visible(seen, step, i, keys);
            float greatest = FloatLanes.read(scratch + GREATEST + (long) i * ELEMENT);
            int padded = FloatAttentionProducts.paddedForGroups(visible, keys);
            FloatSoftmax.exponentials(visible, padded, scores + i * stride, scale, scale * greatest);
        }
    }

    /** Exponentials to probabilities, which are kept. */
    private static void normalize(
            int seen,
            int step,
            int queries,
            int keys,
            long scores,
            long stride,
            int row,
            int head,
            Tensor probabilities,
            long lanes) {
        for (int i = 0; i < queries; i++) {
            FloatSoftmax.normalize(
                    FloatAttentionProducts.visible(seen, step, i, keys),
                    scores + i * stride,
                    probabilitiesAt(probabilities, row + i, head),
                    lanes);
        }
    }

    /** Exponentials to probabilities; the logarithms of their sums are kept. */
    private static void divide(
            AttentionShape shape,
            int seen,
            int step,
            int queries,
            int keys,
            long scores,
            long stride,
            int row,
            int head,
            Tensor logSums,
            long scratch) {
        for (int i = 0; i < queries; i++) {
            int visible = FloatAttentionProducts.visible(seen, step, i, keys);
            float sum = FloatSoftmax.divide(visible, scores + i * stride, scratch);
            float greatest = FloatLanes.read(scratch + GREATEST + (long) i * ELEMENT);
            FloatLanes.write(logSumAt(logSums, row + i, head), (float) (scale(shape) * greatest + Math.log(sum)));
        }
    }

    static long probabilitiesAt(Tensor probabilities, int row, int head) {
        return probabilities.address() + (row * probabilities.stride(0) + head * probabilities.stride(1)) * ELEMENT;
    }

    static long logSumAt(Tensor logSums, int row, int head) {
        return logSums.address() + row * FloatRows.stride(logSums) + (long) head * ELEMENT;
    }
}
