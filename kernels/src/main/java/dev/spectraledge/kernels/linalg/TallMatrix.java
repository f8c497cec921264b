package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;

/**
 * A tall matrix T {@code [N, M]} that is stored as it is or as its transpose {@code [M, N]}; results that belong to it are
 * stored alike, so that a wide matrix needs no transposition.
 *
 * @param stored with a leading run axis of 1
 */
record TallMatrix(Tensor stored, boolean transposed) {
    /** The contiguous {@code matrix}, whichever of its sides is the longer one. */
    static TallMatrix of(Tensor matrix) {
        return new TallMatrix(matrix.reshape(1, matrix.size(0), matrix.size(1)), matrix.size(0) < matrix.size(1));
    }

    /** The contiguous {@code matrix} with its rows as rows. */
    static TallMatrix upright(Tensor matrix) {
        return new TallMatrix(matrix.reshape(1, matrix.size(0), matrix.size(1)), false);
    }

    static TallMatrix allocate(
            Backend backend, MemoryOwner owner, DType type, boolean transposed, long tall, long narrow) {
        Tensor stored = transposed
                ? backend.allocate(owner, type, 1, narrow, tall)
                : backend.allocate(owner, type, 1, tall, narrow);
        return new TallMatrix(stored, transposed);
    }

    /** N × {@code columns}, of this matrix's type and stored as it is. */
    TallMatrix panel(Backend backend, MemoryOwner owner, long columns) {
        return allocate(backend, owner, type(), transposed, tall(), columns);
    }

    DType type() {
        return stored.type();
    }

    /** N. */
    long tall() {
        return stored.size(transposed ? 2 : 1);
    }

    /** M. */
    int narrow() {
        return Math.toIntExact(stored.size(transposed ? 1 : 2));
    }

    /** Rows {@code from} to {@code to}, as stored. */
    Tensor rows(long from, long to) {
        return stored.slice(transposed ? 2 : 1, from, to);
    }

    /** The first {@code count} rows of a matrix that serves as a buffer. */
    Tensor first(long count) {
        return rows(0, count);
    }
}
