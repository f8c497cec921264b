package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.broadcast;
import static dev.spectraledge.kernels.cpu.FloatLanes.load;
import static dev.spectraledge.kernels.cpu.FloatLanes.read;
import static dev.spectraledge.kernels.cpu.FloatLanes.store;
import static dev.spectraledge.kernels.cpu.FloatLanes.tail;
import static dev.spectraledge.kernels.cpu.FloatLanes.write;
import static dev.spectraledge.kernels.cpu.FloatLanes.zero;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import jdk.incubator.vector.FloatVector;

/**
 * Scaled dot-product attention (Vaswani et al. 2017) of one run, one head of one sequence at a time, so that its keys
 * and values stay in the first-level cache. Scores have their lanes along the keys, for which the keys of the head are
 * transposed once; everything else has its lanes along the head's width.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatAttention {
    private FloatAttention() {}

    /** Bytes of scratch that {@link #forward} needs. */
    static long forwardScratch(int headWidth, int maxKeys) {
        return (long) headWidth * paddedRow(maxKeys);
    }

    /** Bytes of scratch that {@link #backward} needs. */
    static long backwardScratch(int headWidth, int maxQueries, int maxKeys) {
        return ((long) headWidth + maxQueries) * paddedRow(maxKeys);
    }

    private static long paddedRow(int keys) {
        return (long) (keys + LANES - 1) / LANES * LANES * ELEMENT;
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
        float scale = (float) (1 / Math.sqrt(shape.headWidth()));
        for (int sequence = 0; sequence < queries.sequences(run); sequence++) {
            int queryBegin = queries.begin(run, sequence);
            int keyBegin = keys.begin(run, sequence);
            for (int head = 0; head < shape.heads(); head++) {
                forwardHead(
                        shape,
                        queries.length(run, sequence),
                        keys.length(run, sequence),
                        scale,
                        at(query, queryBegin, shape, head),
                        FloatRows.stride(query),
                        at(key, keyBegin, shape, head),
                        FloatRows.stride(key),
                        at(value, keyBegin, shape, head),
                        FloatRows.stride(value),
                        probabilitiesAt(probabilities, queryBegin, head),
                        FloatRows.stride(probabilities),
                        at(output, queryBegin, shape, head),
                        FloatRows.stride(output),
                        scratch);
            }
        }
    }

    private static long at(Tensor matrix, int row, AttentionShape shape, int head) {
        return matrix.address() + row * FloatRows.stride(matrix) + (long) head * shape.headWidth() * ELEMENT;
    }

    private static long probabilitiesAt(Tensor probabilities, int row, int head) {
        return probabilities.address() + (row * probabilities.stride(0) + head * probabilities.stride(1)) * ELEMENT;
    }

    private static void forwardHead(
            AttentionShape shape,
            int queries,
            int keys,
            float scale,
            long query,
            long queryStride,
            long key,
            long keyStride,
            long value,
            long valueStride,
            long probabilities,
            long probabilitiesStride,
            long output,
            long outputStride,
            long transposed) {
        int width = shape.headWidth();
        transpose(keys, width, key, keyStride, transposed);
        for (int i = 0; i < queries; i++) {
            int visible = visible(shape, i, keys);
            long row = probabilities + i * probabilitiesStride;
            products(visible, width, query + i * queryStride, transposed, paddedRow(keys), row);
        }
        for (int i = 0; i < queries; i++) {
            FloatSoftmax.forward(visible(shape, i, keys), probabilities + i * probabilitiesStride, scale);
        }
        for (int i = 0; i < queries; i++) {
            FloatCombination.combine(
                    visible(shape, i, keys),
                    probabilities + i * probabilitiesStride,
                    ELEMENT,
                    value,
                    valueStride,
                    width,
                    output + i * outputStride);
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
        float scale = (float) (1 / Math.sqrt(shape.headWidth()));
        for (int sequence = 0; sequence < queries.sequences(run); sequence++) {
            int queryBegin = queries.begin(run, sequence);
            int keyBegin = keys.begin(run, sequence);
            int queryCount = queries.length(run, sequence);
            int keyCount = keys.length(run, sequence);
            long scores = scratch + shape.headWidth() * paddedRow(keyCount);
            for (int head = 0; head < shape.heads(); head++) {
                scoreGradients(
                        shape,
                        queryCount,
                        keyCount,
                        scale,
                        at(outputGradient, queryBegin, shape, head),
                        FloatRows.stride(outputGradient),
                        at(value, keyBegin, shape, head),
                        FloatRows.stride(value),
                        probabilitiesAt(probabilities, queryBegin, head),
                        FloatRows.stride(probabilities),
                        scratch,
                        scores);
                queryGradients(
                        shape,
                        queryCount,
                        keyCount,
                        scores,
                        at(key, keyBegin, shape, head),
                        FloatRows.stride(key),
                        at(queryGradient, queryBegin, shape, head),
                        FloatRows.stride(queryGradient));
                keyGradients(
                        shape,
                        queryCount,
                        keyCount,
                        scores,
                        paddedRow(keyCount),
                        at(query, queryBegin, shape, head),
                        FloatRows.stride(query),
                        at(keyGradient, keyBegin, shape, head),
                        FloatRows.stride(keyGradient));
                keyGradients(
                        shape,
                        queryCount,
                        keyCount,
                        probabilitiesAt(probabilities, queryBegin, head),
                        FloatRows.stride(probabilities),
                        at(outputGradient, queryBegin, shape, head),
                        FloatRows.stride(outputGradient),
                        at(valueGradient, keyBegin, shape, head),
                        FloatRows.stride(valueGradient));
            }
        }
    }

    /** dS of one head, to rows of {@code paddedRow(keys)} bytes at {@code scores}. */
    private static void scoreGradients(
            AttentionShape shape,
            int queries,
            int keys,
            float scale,
            long outputGradient,
            long outputGradientStride,
            long value,
            long valueStride,
            long probabilities,
            long probabilitiesStride,
            long transposed,
            long scores) {
        int width = shape.headWidth();
        long stride = paddedRow(keys);
        transpose(keys, width, value, valueStride, transposed);
        for (int i = 0; i < queries; i++) {
            int visible = visible(shape, i, keys);
            products(
                    visible, width, outputGradient + i * outputGradientStride, transposed, stride, scores + i * stride);
        }
        for (int i = 0; i < queries; i++) {
            FloatSoftmax.backward(
                    visible(shape, i, keys), probabilities + i * probabilitiesStride, scores + i * stride, scale);
        }
    }

    /** dQ_i = Σ_j dS_ij·K_j. */
    private static void queryGradients(
            AttentionShape shape,
            int queries,
            int keys,
            long scores,
            long key,
            long keyStride,
            long target,
            long targetStride) {
        for (int i = 0; i < queries; i++) {
            FloatCombination.combine(
                    visible(shape, i, keys),
                    scores + i * paddedRow(keys),
                    ELEMENT,
                    key,
                    keyStride,
                    shape.headWidth(),
                    target + i * targetStride);
        }
    }

    /** For each key j: target_j ← Σ_i C_ij·source_i over the queries i that see it. */
    private static void keyGradients(
            AttentionShape shape,
            int queries,
            int keys,
            long coefficients,
            long coefficientsStride,
            long source,
            long sourceStride,
            long target,
            long targetStride) {
        for (int j = 0; j < keys; j++) {
            int first = shape.causal() ? Math.min(j, queries) : 0;
            FloatCombination.combine(
                    queries - first,
                    coefficients + first * coefficientsStride + (long) j * ELEMENT,
                    coefficientsStride,
                    source + first * sourceStride,
                    sourceStride,
                    shape.headWidth(),
                    target + j * targetStride);
        }
    }

    private static int visible(AttentionShape shape, int query, int keys) {
        return shape.causal() ? Math.min(query + 1, keys) : keys;
    }

    /** Columns of the {@code count} rows, one after the other, each padded to whole vectors. */
    private static void transpose(int count, int width, long rows, long rowStride, long target) {
        long targetStride = paddedRow(count);
        for (int row = 0; row < count; row++) {
            long from = rows + row * rowStride;
            long to = target + (long) row * ELEMENT;
            for (int column = 0; column < width; column++) {
                write(to, read(from));
                from += ELEMENT;
                to += targetStride;
            }
        }
    }

    /** out_j ← vector · column j, for the first {@code count} columns of a transposed matrix. */
    private static void products(int count, int width, long vector, long transposed, long stride, long out) {
        for (int column = 0; column < count; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector sum = product(width, vector, transposed + at, stride);
            if (column <= count - LANES) {
                store(sum, out + at);
            } else {
                store(sum, out + at, tail(count - column));
            }
        }
    }

    private static FloatVector product(int width, long vector, long transposed, long stride) {
        FloatVector even = zero();
        FloatVector odd = zero();
        long element = vector;
        long row = transposed;
        for (int pair = 0; pair < width / 2; pair++) {
            even = load(row).fma(broadcast(read(element)), even);
            odd = load(row + stride).fma(broadcast(read(element + ELEMENT)), odd);
            element += 2 * ELEMENT;
            row += 2 * stride;
        }
        if (width % 2 != 0) {
            even = load(row).fma(broadcast(read(element)), even);
        }
        return even.add(odd);
    }
}
