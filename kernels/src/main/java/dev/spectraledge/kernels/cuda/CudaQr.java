package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CuSolver;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseFactorizations;

/**
 * Thin Householder QR factorisation A = Q R of m × n matrices with m ≥ n on a device, in the type of the matrix; what
 * {@link dev.spectraledge.kernels.linalg.DenseQr} is on the host. Workspace is allocated once. A factorisation waits until
 * it is done, and cannot be recorded.
 */
public final class CudaQr implements DenseFactorizations.Qr {
    private final Factorizations factorizations;
    private final int rows;
    private final int columns;
    /** A or Q, column by column. */
    private final Tensor transposed;

    private final Tensor reflectors;
    private final Tensor triangle;
    private final Tensor work;

    public CudaQr(CudaBackend backend, MemoryOwner owner, DType type, int rows, int columns) {
        if (rows < columns) {
            throw new IllegalArgumentException(
                    "a thin QR factorisation needs at least as many rows as columns, got " + rows + " × " + columns);
        }
        this.rows = rows;
        this.columns = columns;
        factorizations = new Factorizations(backend, owner, type, 1);
        transposed = factorizations.allocate(type, columns, rows);
        reflectors = factorizations.allocate(type, columns);
        triangle = factorizations.allocate(type, columns, columns);
        work = factorizations.allocate(type, workLength());
    }

    private int workLength() {
        CuSolver solver = factorizations.solver();
        if (factorizations.isFloat()) {
            return Math.max(
                    solver.sgeqrfWorkLength(rows, columns, transposed.deviceSegment(), rows),
                    solver.sorgqrWorkLength(
                            rows, columns, columns, transposed.deviceSegment(), rows, reflectors.deviceSegment()));
        }
        return Math.max(
                solver.dgeqrfWorkLength(rows, columns, transposed.deviceSegment(), rows),
                solver.dorgqrWorkLength(
                        rows, columns, columns, transposed.deviceSegment(), rows, reflectors.deviceSegment()));
    }

    /** Replaces the contiguous {@code matrix [m, n]} by its factor Q, and {@link #triangle()} by R. */
    @Override
    public void factor(Tensor matrix) {
        factorizations.require("matrix", matrix, rows, columns);
        CuSolver solver = factorizations.solver();
        factorizations.transpose(matrix, transposed);
        if (factorizations.isFloat()) {
            solver.sgeqrf(
                    rows,
                    columns,
                    transposed.deviceSegment(),
                    rows,
                    reflectors.deviceSegment(),
                    work.deviceSegment(),
                    factorizations.status().deviceSegment());
        } else {
            solver.dgeqrf(
                    rows,
                    columns,
                    transposed.deviceSegment(),
                    rows,
                    reflectors.deviceSegment(),
                    work.deviceSegment(),
                    factorizations.status().deviceSegment());
        }
        factorizations.check("geqrf");
        factorizations.upperTriangle(transposed, triangle);
        if (factorizations.isFloat()) {
            solver.sorgqr(
                    rows,
                    columns,
                    columns,
                    transposed.deviceSegment(),
                    rows,
                    reflectors.deviceSegment(),
                    work.deviceSegment(),
                    factorizations.status().deviceSegment());
        } else {
            solver.dorgqr(
                    rows,
                    columns,
                    columns,
                    transposed.deviceSegment(),
                    rows,
                    reflectors.deviceSegment(),
                    work.deviceSegment(),
                    factorizations.status().deviceSegment());
        }
        factorizations.transpose(transposed, matrix);
        factorizations.check("orgqr");
    }

    /** R, {@code [n, n]}, upper triangular with any signs on its diagonal; overwritten by the next factorisation. */
    @Override
    public Tensor triangle() {
        return triangle;
    }
}
