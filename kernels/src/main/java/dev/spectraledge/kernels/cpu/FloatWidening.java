package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Float memory seen through vectors of double lanes. It is read and written as bytes: did the methods of {@link FloatVector}
 * that do so meet two widths, a compiler that relies on having seen one would make objects in every kernel of floats.
 */
final class FloatWidening {
    /** Bytes of as many floats as a double vector has lanes. */
    static final long VECTOR = (long) DoubleLanes.LANES * FloatLanes.ELEMENT;

    private static final VectorShape SHAPE = VectorShape.forBitSize(DoubleLanes.LANES * FloatLanes.ELEMENT * Byte.SIZE);
    private static final VectorSpecies<Float> SPECIES = VectorSpecies.of(float.class, SHAPE);
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, SHAPE);

    private FloatWidening() {}

    static DoubleVector read(long address) {
        return (DoubleVector) ByteVector.fromMemorySegment(BYTES, ALL, address, ORDER)
                .reinterpretAsFloats()
                .castShape(DoubleLanes.SPECIES, 0);
    }

    /** Rounds {@code values}. */
    static void write(DoubleVector values, long address) {
        values.castShape(SPECIES, 0).reinterpretAsBytes().intoMemorySegment(ALL, address, ORDER);
    }
}
