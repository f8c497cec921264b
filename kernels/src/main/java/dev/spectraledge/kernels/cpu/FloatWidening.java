package dev.spectraledge.kernels.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Float memory seen as vectors of double lanes. The twin for double memory is {@link DoubleWidening}. */
final class FloatWidening {
    /** As many floats as a double vector has lanes. */
    private static final VectorSpecies<Float> SPECIES =
            VectorSpecies.of(float.class, VectorShape.forBitSize(DoubleLanes.LANES * Float.SIZE));

    private FloatWidening() {}

    static DoubleVector load(long address) {
        return (DoubleVector) FloatVector.fromMemorySegment(SPECIES, RawMemory.ALL, address, RawMemory.ORDER)
                .convertShape(VectorOperators.F2D, DoubleLanes.SPECIES, 0);
    }

    /** Rounds to float. */
    static void store(DoubleVector vector, long address) {
        vector.convertShape(VectorOperators.D2F, SPECIES, 0).intoMemorySegment(RawMemory.ALL, address, RawMemory.ORDER);
    }
}
