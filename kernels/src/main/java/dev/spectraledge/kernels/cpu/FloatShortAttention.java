package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.FloatLanes.read;
import static dev.spectraledge.kernels.cpu.FloatLanes.write;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link FloatAttention} of many sequences of one short length, such as pairs of operands, without a mask. A matrix of
 * scores would be smaller than a vector; here the lanes are the heads of the queries of many sequences, and there is one
 * array of scores per key, so that the softmax has no sums across lanes.
 *
 * <p>In scratch lie one tile and, for each key, an array of scores and (backward) one of probabilities.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatShortAttention {
    /** Beyond this many keys the tiles of {@link FloatAttention} are full enough. */
    private static final int MOST_KEYS = 4;

    /** Elements of an array: heads of the queries of the sequences that are computed together. */
    private static final int BLOCK = 512;

    private static final long ARRAY = (long) BLOCK * ELEMENT;

    private FloatShortAttention() {}

    /** Bytes of scratch that {@link #forward} and {@link #backward} need. */
    static long scratch() {
        return FloatLaneSums.TILE + 2L * MOST_KEYS * ARRAY;
    }

    /** Whether the sequences of a run can be computed here. */
    static boolean suits(AttentionShape shape, PackedSequences queries, PackedSequences keys, int run) {
        return !shape.causal()
                && shape.headWidth() % LANES == 0
                && queries.sequences(run) > 0
                && keys.length(run, 0) <= MOST_KEYS
                && shape.heads() * queries.length(run, 0) <= BLOCK
                && areOfOneLength(queries, run)
                && areOfOneLength(keys, run);
    }

    private static boolean areOfOneLength(PackedSequences sequences, int run) {
        int length = sequences.length(run, 0);
        for (int sequence = 1; sequence < sequences.sequences(run); sequence++) {
            if (sequences.length(run, sequence) != length) {
                return false;
            }
        }
        return true;
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
        int queryCount = queries.length(run, 0);
        int keyCount = keys.length(run, 0);
        int together = BLOCK / (shape.heads() * queryCount);
        long scores = scratch + FloatLaneSums.TILE;
        for (int first = 0; first < queries.sequences(run); first += together) {
            int sequences = Math.min(together, queries.sequences(run) - first);
            int count = sequences * queryCount * shape.heads();
            long left = row(query, queries.begin(run, first));
            long right = row(key, keys.begin(run, first));
            scores(shape, sequences, queryCount, keyCount, left, query, right, key, scratch, scores);
            softmax(shape, count, keyCount, scores);
            exchangeProbabilities(
                    shape, sequences * queryCount, keyCount, probabilities, queries.begin(run, first), scores, false);
            byQueries(
                    shape,
                    sequences,
                    queryCount,
                    keyCount,
                    scores,
                    row(value, keys.begin(run, first)),
                    value,
                    row(output, queries.begin(run, first)),
                    output);
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
        int queryCount = queries.length(run, 0);
        int keyCount = keys.length(run, 0);
        int together = BLOCK / (shape.heads() * queryCount);
        long scores = scratch + FloatLaneSums.TILE;
        long copy = scores + MOST_KEYS * ARRAY;
        for (int first = 0; first < queries.sequences(run); first += together) {
            int sequences = Math.min(together, queries.sequences(run) - first);
            int count = sequences * queryCount * shape.heads();
            int queryBegin = queries.begin(run, first);
            int keyBegin = keys.begin(run, first);
            long gradient = row(outputGradient, queryBegin);
            long left = row(query, queryBegin);
            long right = row(key, keyBegin);
            exchangeProbabilities(shape, sequences * queryCount, keyCount, probabilities, queryBegin, copy, true);
            scores(
                    shape,
                    sequences,
                    queryCount,
                    keyCount,
                    gradient,
                    outputGradient,
                    row(value, keyBegin),
                    value,
                    scratch,
                    scores);
            softmaxBackward(shape, count, keyCount, copy, scores);
            byQueries(
                    shape,
                    sequences,
                    queryCount,
                    keyCount,
                    scores,
                    right,
                    key,
                    row(queryGradient, queryBegin),
                    queryGradient);
            byKeys(
                    shape,
                    sequences,
                    queryCount,
                    keyCount,
                    scores,
                    left,
                    query,
                    row(keyGradient, keyBegin),
                    keyGradient);
            byKeys(
                    shape,
                    sequences,
                    queryCount,
                    keyCount,
                    copy,
                    gradient,
                    outputGradient,
                    row(valueGradient, keyBegin),
                    valueGradient);
        }
    }

    private static long row(Tensor matrix, int row) {
        return matrix.address() + row * FloatRows.stride(matrix);
    }

    /** scores_k[query, head] ← left[query, head] · right[key k of the same sequence, head]. */
    private static void scores(
            AttentionShape shape,
            int sequences,
            int queries,
            int keys,
            long left,
            Tensor leftRows,
            long right,
            Tensor rightRows,
            long tile,
            long scores) {
        long leftStride = FloatRows.stride(leftRows);
        long rightStride = FloatRows.stride(rightRows);
        long headBytes = (long) shape.headWidth() * ELEMENT;
        for (int k = 0; k < keys; k++) {
            long target = scores + k * ARRAY;
            int lane = 0;
            long query = left;
            long key = right + k * rightStride;
            for (int sequence = 0; sequence < sequences; sequence++) {
                for (int q = 0; q < queries; q++) {
                    for (long head = 0; head < shape.heads() * headBytes; head += headBytes) {
                        FloatLaneSums.products(headBytes, query + head, key + head, tile + lane * VECTOR);
                        if (++lane == LANES) {
                            FloatLaneSums.write(tile, target);
                            target += VECTOR;
                            lane = 0;
                        }
                    }
                    query += leftStride;
                }
                key += keys * rightStride;
            }
            if (lane > 0) {
                FloatLaneSums.write(tile, target);
            }
        }
    }

    /** scores ← softmax over the keys of scores/√headWidth. */
    private static void softmax(AttentionShape shape, int count, int keys, long scores) {
        float scale = (float) (1 / Math.sqrt(shape.headWidth()));
        long bytes = (long) count * ELEMENT;
        for (long at = scores; at < scores + bytes; at += VECTOR) {
            FloatVector greatest = FloatVector.fromMemorySegment(SPECIES, ALL, at, ORDER);
            for (int k = 1; k < keys; k++) {
                FloatVector other = FloatVector.fromMemorySegment(SPECIES, ALL, at + k * ARRAY, ORDER);
                greatest = other.blend(
                        greatest, other.compare(VectorOperators.GT, greatest).not());
            }
            for (int k = 0; k < keys; k++) {
                FloatVector.fromMemorySegment(SPECIES, ALL, at + k * ARRAY, ORDER)
                        .sub(greatest)
                        .mul(scale)
                        .intoMemorySegment(ALL, at + k * ARRAY, ORDER);
            }
        }
        for (int k = 0; k < keys; k++) {
            FloatMath.exp(count, scores + k * ARRAY, scores + k * ARRAY);
        }
        for (long at = scores; at < scores + bytes; at += VECTOR) {
            FloatVector sum = FloatVector.fromMemorySegment(SPECIES, ALL, at, ORDER);
            for (int k = 1; k < keys; k++) {
                sum = FloatVector.fromMemorySegment(SPECIES, ALL, at + k * ARRAY, ORDER)
                        .add(sum);
            }
            for (int k = 0; k < keys; k++) {
                FloatVector.fromMemorySegment(SPECIES, ALL, at + k * ARRAY, ORDER)
                        .div(sum)
                        .intoMemorySegment(ALL, at + k * ARRAY, ORDER);
            }
        }
    }

    /** scores_k ← P_k·(scores_k − Σ_l P_l·scores_l)/√headWidth. */
    private static void softmaxBackward(AttentionShape shape, int count, int keys, long probabilities, long scores) {
        float scale = (float) (1 / Math.sqrt(shape.headWidth()));
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            FloatVector mean = FloatVector.zero(SPECIES);
            for (int k = 0; k < keys; k++) {
                mean = FloatVector.fromMemorySegment(SPECIES, ALL, probabilities + at + k * ARRAY, ORDER)
                        .fma(FloatVector.fromMemorySegment(SPECIES, ALL, scores + at + k * ARRAY, ORDER), mean);
            }
            for (int k = 0; k < keys; k++) {
                FloatVector.fromMemorySegment(SPECIES, ALL, scores + at + k * ARRAY, ORDER)
                        .sub(mean)
                        .mul(FloatVector.fromMemorySegment(SPECIES, ALL, probabilities + at + k * ARRAY, ORDER))
                        .mul(scale)
                        .intoMemorySegment(ALL, scores + at + k * ARRAY, ORDER);
            }
        }
    }

    /** Copies {@code [rows, heads, maxKeys]} probabilities from or to arrays by key. */
    private static void exchangeProbabilities(
            AttentionShape shape,
            int rows,
            int keys,
            Tensor probabilities,
            int firstRow,
            long arrays,
            boolean toArrays) {
        long rowStride = probabilities.stride(0) * ELEMENT;
        long headStride = probabilities.stride(1) * ELEMENT;
        long row = probabilities.address() + firstRow * rowStride;
        long at = arrays;
        for (int r = 0; r < rows; r++) {
            for (int head = 0; head < shape.heads(); head++) {
                long entry = row + head * headStride;
                for (int k = 0; k < keys; k++) {
                    if (toArrays) {
                        write(at + k * ARRAY, read(entry + (long) k * ELEMENT));
                    } else {
                        write(entry + (long) k * ELEMENT, read(at + k * ARRAY));
                    }
                }
                at += ELEMENT;
            }
            row += rowStride;
        }
    }

    /** target[query] ← Σ_k coefficients_k[query]·source[key k], head by head. */
    private static void byQueries(
            AttentionShape shape,
            int sequences,
            int queries,
            int keys,
            long coefficients,
            long source,
            Tensor sourceRows,
            long target,
            Tensor targetRows) {
        long sourceStride = FloatRows.stride(sourceRows);
        long targetStride = FloatRows.stride(targetRows);
        for (int sequence = 0; sequence < sequences; sequence++) {
            for (int q = 0; q < queries; q++) {
                long row = (long) sequence * queries + q;
                combine(
                        shape,
                        keys,
                        coefficients + row * shape.heads() * ELEMENT,
                        ARRAY,
                        source + (long) sequence * keys * sourceStride,
                        sourceStride,
                        target + row * targetStride);
            }
        }
    }

    /** target[key k] ← Σ_q coefficients_k[query q]·source[query q], head by head. */
    private static void byKeys(
            AttentionShape shape,
            int sequences,
            int queries,
            int keys,
            long coefficients,
            long source,
            Tensor sourceRows,
            long target,
            Tensor targetRows) {
        long sourceStride = FloatRows.stride(sourceRows);
        long targetStride = FloatRows.stride(targetRows);
        long queryBytes = (long) shape.heads() * ELEMENT;
        for (int sequence = 0; sequence < sequences; sequence++) {
            long firstQuery = (long) sequence * queries;
            for (int k = 0; k < keys; k++) {
                combine(
                        shape,
                        queries,
                        coefficients + k * ARRAY + firstQuery * queryBytes,
                        queryBytes,
                        source + firstQuery * sourceStride,
                        sourceStride,
                        target + ((long) sequence * keys + k) * targetStride);
            }
        }
    }

    /** One row: target[head] ← Σ_t coefficients[t][head]·source row t[head]. */
    private static void combine(
            AttentionShape shape,
            int terms,
            long coefficients,
            long termStride,
            long source,
            long sourceStride,
            long target) {
        int perHead = shape.headWidth() / LANES;
        long at = 0;
        for (int head = 0; head < shape.heads(); head++) {
            long coefficient = coefficients + (long) head * ELEMENT;
            for (int vector = 0; vector < perHead; vector++) {
                FloatVector sum = FloatVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER)
                        .mul(read(coefficient));
                for (int term = 1; term < terms; term++) {
                    FloatVector factor = FloatVector.broadcast(SPECIES, read(coefficient + term * termStride));
                    sum = FloatVector.fromMemorySegment(SPECIES, ALL, source + at + term * sourceStride, ORDER)
                            .fma(factor, sum);
                }
                sum.intoMemorySegment(ALL, target + at, ORDER);
                at += VECTOR;
            }
        }
    }
}
