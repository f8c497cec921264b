package dev.spectraledge.kernels.cpu;

import jdk.incubator.vector.DoubleVector;

/** Double memory under the names of {@link FloatWidening}, which need no conversion here. */
final class DoubleWidening {
    private DoubleWidening() {}

    static DoubleVector load(long address) {
        return DoubleLanes.load(address);
    }

    static void store(DoubleVector vector, long address) {
        DoubleLanes.store(vector, address);
    }
}
