package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Float vectors of the machine's preferred width in memory. Addresses are in bytes.
 *
 * <p>The kernels call a vector's methods in a way that lets the compiler know its class without having seen it before, or else
 * the vector may become an object: in a loop, the receiver is a vector made in the same iteration, while what lives from one
 * iteration to the next, such as a sum, is an argument: {@code sum = x.add(sum)}.
 */
final class FloatLanes {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();
    /** Bytes of one element. */
    static final int ELEMENT = Float.BYTES;
    /** Bytes of one vector. */
    static final long VECTOR = (long) LANES * ELEMENT;

    private static final VectorShuffle<Float> FOLD_HALF = fold(2);
    private static final VectorShuffle<Float> FOLD_QUARTER = fold(4);
    private static final VectorShuffle<Float> FOLD_EIGHTH = fold(8);
    private static final VectorShuffle<Float> FOLD_SIXTEENTH = fold(16);

    private FloatLanes() {}

    private static VectorShuffle<Float> fold(int part) {
        return SPECIES.iotaShuffle(LANES / part % LANES, 1, true);
    }

    static float read(long address) {
        return ALL.get(JAVA_FLOAT_UNALIGNED, address);
    }

    static void write(long address, float value) {
        ALL.set(JAVA_FLOAT_UNALIGNED, address, value);
    }

    /** {@code count}, rounded up to whole vectors. */
    static int padded(int count) {
        return (count + LANES - 1) / LANES * LANES;
    }

    /** Sum of the vector at {@code address} by halving, in the same order always. */
    static float sum(long address) {
        FloatVector sums = FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
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

    /** Greatest element of the vector at {@code address}; elements that are not a number may be passed over. */
    static float max(long address) {
        FloatVector greatest = FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
        if (LANES >= 2) {
            FloatVector other = greatest.rearrange(FOLD_HALF);
            greatest = greatest.blend(other, other.compare(VectorOperators.GT, greatest));
        }
        if (LANES >= 4) {
            FloatVector other = greatest.rearrange(FOLD_QUARTER);
            greatest = greatest.blend(other, other.compare(VectorOperators.GT, greatest));
        }
        if (LANES >= 8) {
            FloatVector other = greatest.rearrange(FOLD_EIGHTH);
            greatest = greatest.blend(other, other.compare(VectorOperators.GT, greatest));
        }
        if (LANES >= 16) {
            FloatVector other = greatest.rearrange(FOLD_SIXTEENTH);
            greatest = greatest.blend(other, other.compare(VectorOperators.GT, greatest));
        }
        return greatest.lane(0);
    }
}
