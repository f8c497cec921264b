package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Float memory seen through vectors of double lanes. Vectors of floats have one width everywhere: did their methods meet two, a
 * compiler could tell the class of none from the classes that are loaded, and would make objects of vectors in every kernel of
 * floats whose types it has not seen before. What is shorter is therefore bytes.
 */
final class FloatWidening {
    /** Bytes of as many floats as a double vector has lanes. */
    static final long VECTOR = (long) DoubleLanes.LANES * FloatLanes.ELEMENT;

    private static final VectorSpecies<Byte> WHOLE = VectorSpecies.of(byte.class, FloatLanes.SPECIES.vectorShape());
    private static final VectorSpecies<Byte> SHORTER =
            VectorSpecies.of(byte.class, VectorShape.forBitSize((int) VECTOR * Byte.SIZE));

    private FloatWidening() {}

    static DoubleVector read(long address) {
        return widen(ByteVector.fromMemorySegment(SHORTER, ALL, address, ORDER));
    }

    /** The first floats that bytes are, as many as a double vector has lanes. */
    static DoubleVector widen(Vector<Byte> floats) {
        return (DoubleVector)
                floats.reinterpretShape(WHOLE, 0).reinterpretAsFloats().castShape(DoubleLanes.SPECIES, 0);
    }

    /** Rounds {@code values}. */
    static void write(DoubleVector values, long address) {
        values.castShape(FloatLanes.SPECIES, 0)
                .reinterpretAsBytes()
                .reinterpretShape(SHORTER, 0)
                .intoMemorySegment(ALL, address, ORDER);
    }
}
