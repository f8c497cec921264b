package dev.spectraledge.bindings;

/** Which singular vectors of an m × n matrix a decomposition computes. */
public enum SingularVectors {
    /** None, singular values alone. */
    NONE('N'),
    /** The min(m, n) vectors that belong to a singular value. */
    THIN('S'),
    /** A full orthonormal basis. */
    FULL('A');

    private final byte job;

    SingularVectors(char job) {
        this.job = (byte) job;
    }

    byte job() {
        return job;
    }

    /** Vectors on the side of length {@code dimension}, where {@code k} is min(m, n). */
    int columns(int dimension, int k) {
        return switch (this) {
            case NONE -> 0;
            case THIN -> k;
            case FULL -> dimension;
        };
    }
}
