package dev.spectraledge.kernels.linalg;

import dev.spectraledge.bindings.Lapack;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Thin Householder QR factorisation A = Q R of m × n matrices with m ≥ n by LAPACK, in the type of the matrix. Workspace
 * is allocated once; a factorisation allocates nothing.
 */
public final class DenseQr implements DenseFactorizations.Qr {
    private final DType type;
    private final int rows;
    private final int columns;
    private final Tensor triangle;
    private final Tensor reflectors;
    private final Tensor work;

    public DenseQr(MemoryOwner owner, DType type, int rows, int columns) {
        DenseChecks.requireFloating(type);
        if (rows < columns) {
            throw new IllegalArgumentException(
                    "a thin QR factorisation needs at least as many rows as columns, got " + rows + " × " + columns);
        }
        this.type = type;
        this.rows = rows;
        this.columns = columns;
        triangle = Tensor.allocate(owner, type, columns, columns);
        reflectors = Tensor.allocate(owner, type, columns);
        int length = type == DType.FLOAT32
                ? Math.max(Lapack.sgeqrfWorkLength(rows, columns), Lapack.sorgqrWorkLength(rows, columns, columns))
                : Math.max(Lapack.dgeqrfWorkLength(rows, columns), Lapack.dorgqrWorkLength(rows, columns, columns));
        work = Tensor.allocate(owner, type, length);
    }

    /** Replaces {@code matrix [m, n]} by its factor Q, and {@link #triangle()} by R. */
    @Override
    public void factor(Tensor matrix) {
        DenseChecks.requireMatrix(matrix, type, rows, columns);
        if (type == DType.FLOAT32) {
            Lapack.sgeqrf(rows, columns, matrix.segment(), columns, reflectors.segment(), work.segment());
        } else {
            Lapack.dgeqrf(rows, columns, matrix.segment(), columns, reflectors.segment(), work.segment());
        }
        long rowBytes = (long) columns * type.bytes();
        for (int row = 0; row < columns; row++) {
            long diagonal = row * rowBytes + (long) row * type.bytes();
            MemorySegment.copy(
                    matrix.segment(), diagonal, triangle.segment(), diagonal, (row + 1) * rowBytes - diagonal);
        }
        if (type == DType.FLOAT32) {
            Lapack.sorgqr(rows, columns, columns, matrix.segment(), columns, reflectors.segment(), work.segment());
        } else {
            Lapack.dorgqr(rows, columns, columns, matrix.segment(), columns, reflectors.segment(), work.segment());
        }
    }

    /** R, {@code [n, n]}, upper triangular with any signs on its diagonal; overwritten by the next factorisation. */
    @Override
    public Tensor triangle() {
        return triangle;
    }
}
