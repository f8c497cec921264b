package dev.spectraledge.kernels.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Reading, writing and reducing float vectors of the machine's preferred width. Addresses and strides are in bytes. */
final class FloatLanes {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();
    /** Bytes of one element. */
    static final int ELEMENT = Float.BYTES;
    /** Bytes of one vector. */
    static final int VECTOR = LANES * ELEMENT;

    private static final MemorySegment ALL = RawMemory.ALL;
    private static final VectorShuffle<Float> FOLD_HALF = fold(2);
    private static final VectorShuffle<Float> FOLD_QUARTER = fold(4);
    private static final VectorShuffle<Float> FOLD_EIGHTH = fold(8);
    private static final VectorShuffle<Float> FOLD_SIXTEENTH = fold(16);

    private FloatLanes() {}

    private static VectorShuffle<Float> fold(int part) {
        return SPECIES.iotaShuffle(LANES / part % LANES, 1, true);
    }

    static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, RawMemory.ORDER);
    }

    static FloatVector load(long address, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, RawMemory.ORDER, mask);
    }

    static void store(FloatVector vector, long address) {
        vector.intoMemorySegment(ALL, address, RawMemory.ORDER);
    }

    static void store(FloatVector vector, long address, VectorMask<Float> mask) {
        vector.intoMemorySegment(ALL, address, RawMemory.ORDER, mask);
    }

    static FloatVector broadcast(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    static FloatVector zero() {
        return FloatVector.zero(SPECIES);
    }

    static float read(long address) {
        return ALL.get(JAVA_FLOAT_UNALIGNED, address);
    }

    static void write(long address, float value) {
        ALL.set(JAVA_FLOAT_UNALIGNED, address, value);
    }

    /** The first {@code remaining} lanes, of fewer than a vector. */
    static VectorMask<Float> tail(int remaining) {
        return SPECIES.indexInRange(0, remaining);
    }

    /** Sum of all lanes by halving, the same order on every run. */
    static float sum(FloatVector vector) {
        FloatVector sums = vector;
        if (LANES >= 2) {
            sums = sums.add(sums.rearrange(FOLD_HALF));
        }
        if (LANES >= 4) {
            sums = sums.add(sums.rearrange(FOLD_QUARTER));
        }
        if (LANES >= 8) {
            sums = sums.add(sums.rearrange(FOLD_EIGHTH));
        }
        if (LANES >= 16) {
            sums = sums.add(sums.rearrange(FOLD_SIXTEENTH));
        }
        return sums.lane(0);
    }

    /** Greatest lane; lanes that are not a number may be passed over. */
    static float max(FloatVector vector) {
        FloatVector greatest = vector;
        if (LANES >= 2) {
            greatest = greater(greatest, greatest.rearrange(FOLD_HALF));
        }
        if (LANES >= 4) {
            greatest = greater(greatest, greatest.rearrange(FOLD_QUARTER));
        }
        if (LANES >= 8) {
            greatest = greater(greatest, greatest.rearrange(FOLD_EIGHTH));
        }
        if (LANES >= 16) {
            greatest = greater(greatest, greatest.rearrange(FOLD_SIXTEENTH));
        }
        return greatest.lane(0);
    }

    /** Lanewise {@code b} where it is greater than {@code a}, else {@code a}; cheaper than Java's strict maximum. */
    static FloatVector greater(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }
}
