package dev.spectraledge.kernels.cpu;

import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Float memory seen through vectors of double lanes. */
final class FloatWidening {
    /** As many floats as a double vector has lanes. */
    static final VectorSpecies<Float> SPECIES =
            VectorSpecies.of(float.class, VectorShape.forBitSize(DoubleLanes.LANES * Float.SIZE));
    /** Bytes of such a vector. */
    static final long VECTOR = (long) DoubleLanes.LANES * Float.BYTES;

    private FloatWidening() {}
}
