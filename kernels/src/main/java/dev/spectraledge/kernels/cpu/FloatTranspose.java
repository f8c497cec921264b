package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Transposition by square tiles of as many rows as a vector has lanes. A tile is transposed by exchanging the off-diagonal
 * quarters, then those of each quarter, and so on (Eklundh 1972): each step is a shuffle and a blend of two rows. Strides
 * are in bytes.
 */
final class FloatTranspose {
    /** Bytes of scratch for one tile. */
    static final long TILE = LANES * VECTOR;

    private static final Exchange BY_EIGHT = new Exchange(8);
    private static final Exchange BY_FOUR = new Exchange(4);
    private static final Exchange BY_TWO = new Exchange(2);
    private static final Exchange BY_ONE = new Exchange(1);

    private FloatTranspose() {}

    /** How lanes that are {@code distance} apart change places. */
    private static final class Exchange {
        final VectorShuffle<Float> partner;
        final VectorMask<Float> upper;

        Exchange(int distance) {
            boolean[] isUpper = new boolean[LANES];
            for (int lane = 0; lane < LANES; lane++) {
                isUpper[lane] = (lane & distance) != 0;
            }
            partner = VectorShuffle.fromOp(SPECIES, lane -> (lane ^ distance) % LANES);
            upper = VectorMask.fromArray(SPECIES, isUpper, 0);
        }
    }

    /** The columns of {@code count} rows of {@code width} elements, each filled up with zeros to whole vectors. */
    static void columns(int count, int width, long rows, long rowStride, long target, long targetStride, long tile) {
        for (int row = 0; row < count; row += LANES) {
            for (int column = 0; column < width; column += LANES) {
                int columns = Math.min(LANES, width - column);
                read(
                        Math.min(LANES, count - row),
                        columns,
                        rows + row * rowStride + (long) column * ELEMENT,
                        rowStride,
                        tile);
                transpose(tile);
                write(columns, tile, target + column * targetStride + (long) row * ELEMENT, targetStride);
            }
        }
    }

    private static void read(int rows, int columns, long source, long sourceStride, long tile) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, columns);
        int row = 0;
        for (; row < rows; row++) {
            FloatVector.fromMemorySegment(SPECIES, ALL, source + row * sourceStride, ORDER, mask)
                    .intoMemorySegment(ALL, tile + row * VECTOR, ORDER);
        }
        for (; row < LANES; row++) {
            FloatVector.zero(SPECIES).intoMemorySegment(ALL, tile + row * VECTOR, ORDER);
        }
    }

    private static void transpose(long tile) {
        if (LANES > 8) {
            exchange(tile, 8, BY_EIGHT.partner, BY_EIGHT.upper);
        }
        if (LANES > 4) {
            exchange(tile, 4, BY_FOUR.partner, BY_FOUR.upper);
        }
        if (LANES > 2) {
            exchange(tile, 2, BY_TWO.partner, BY_TWO.upper);
        }
        if (LANES > 1) {
            exchange(tile, 1, BY_ONE.partner, BY_ONE.upper);
        }
    }

    private static void exchange(long tile, int distance, VectorShuffle<Float> partner, VectorMask<Float> upper) {
        for (int pair = 0; pair < LANES / 2; pair++) {
            int row = pair / distance * 2 * distance + pair % distance;
            long at = tile + row * VECTOR;
            long atOther = at + distance * VECTOR;
            FloatVector one = FloatVector.fromMemorySegment(SPECIES, ALL, at, ORDER);
            FloatVector other = FloatVector.fromMemorySegment(SPECIES, ALL, atOther, ORDER);
            one.blend(other.rearrange(partner), upper).intoMemorySegment(ALL, at, ORDER);
            one.rearrange(partner).blend(other, upper).intoMemorySegment(ALL, atOther, ORDER);
        }
    }

    private static void write(int columns, long tile, long target, long targetStride) {
        for (int column = 0; column < columns; column++) {
            FloatVector.fromMemorySegment(SPECIES, ALL, tile + column * VECTOR, ORDER)
                    .intoMemorySegment(ALL, target + column * targetStride, ORDER);
        }
    }
}
