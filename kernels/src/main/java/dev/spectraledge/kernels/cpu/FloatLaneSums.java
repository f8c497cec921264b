package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Sums of the lanes of as many vectors as a vector has lanes, all at once: pairs of vectors are folded into one, half of
 * whose lanes belong to each, until one vector holds all sums. A fold is two blends, a shuffle and an addition, where a
 * sum of its own for each vector would be as many of them as it has halvings.
 */
final class FloatLaneSums {
    /** Bytes of a tile: one vector per lane. */
    static final long TILE = LANES * VECTOR;

    private static final VectorShuffle<Float> ACROSS_EIGHT = partners(8);
    private static final VectorShuffle<Float> ACROSS_FOUR = partners(4);
    private static final VectorShuffle<Float> ACROSS_TWO = partners(2);
    private static final VectorShuffle<Float> ACROSS_ONE = partners(1);
    private static final VectorMask<Float> UPPER_EIGHT = upper(8);
    private static final VectorMask<Float> UPPER_FOUR = upper(4);
    private static final VectorMask<Float> UPPER_TWO = upper(2);
    private static final VectorMask<Float> UPPER_ONE = upper(1);

    private FloatLaneSums() {}

    private static VectorShuffle<Float> partners(int distance) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ distance) % LANES);
    }

    private static VectorMask<Float> upper(int distance) {
        boolean[] isUpper = new boolean[LANES];
        for (int lane = 0; lane < LANES; lane++) {
            isUpper[lane] = (lane & distance) != 0;
        }
        return VectorMask.fromArray(SPECIES, isUpper, 0);
    }

    /** The vector at {@code target} ← products of two rows of whole vectors, added up lane by lane. */
    static void products(long bytes, long x, long y, long target) {
        FloatVector sum = FloatVector.fromMemorySegment(SPECIES, ALL, x, ORDER)
                .mul(FloatVector.fromMemorySegment(SPECIES, ALL, y, ORDER));
        for (long at = VECTOR; at < bytes; at += VECTOR) {
            sum = FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER)
                    .fma(FloatVector.fromMemorySegment(SPECIES, ALL, y + at, ORDER), sum);
        }
        sum.intoMemorySegment(ALL, target, ORDER);
    }

    /** Lane i of the vector at {@code target} ← the sum of the lanes of vector i of the tile, which is overwritten. */
    static void write(long tile, long target) {
        if (LANES > 8) {
            for (int i = 0; i < 8; i++) {
                fold(tile + i * VECTOR, tile + (i + 8) * VECTOR, ACROSS_EIGHT, UPPER_EIGHT);
            }
        }
        if (LANES > 4) {
            for (int i = 0; i < 4; i++) {
                fold(tile + i * VECTOR, tile + (i + 4) * VECTOR, ACROSS_FOUR, UPPER_FOUR);
            }
        }
        if (LANES > 2) {
            for (int i = 0; i < 2; i++) {
                fold(tile + i * VECTOR, tile + (i + 2) * VECTOR, ACROSS_TWO, UPPER_TWO);
            }
        }
        if (LANES > 1) {
            fold(tile, tile + VECTOR, ACROSS_ONE, UPPER_ONE);
        }
        FloatVector.fromMemorySegment(SPECIES, ALL, tile, ORDER).intoMemorySegment(ALL, target, ORDER);
    }

    /** Sums of pairs of lanes: of the first vector in its lower lanes, of the other in the upper ones. */
    private static void fold(long first, long second, VectorShuffle<Float> partner, VectorMask<Float> upper) {
        FloatVector a = FloatVector.fromMemorySegment(SPECIES, ALL, first, ORDER);
        FloatVector b = FloatVector.fromMemorySegment(SPECIES, ALL, second, ORDER);
        a.blend(b, upper).add(b.blend(a, upper).rearrange(partner)).intoMemorySegment(ALL, first, ORDER);
    }
}
