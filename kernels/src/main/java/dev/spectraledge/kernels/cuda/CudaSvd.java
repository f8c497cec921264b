package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CuSolver;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseFactorizations;

/**
 * Singular value decomposition A = U diag(σ) Vᵀ of m × n matrices on a device by Jacobi rotations, in the type of the
 * matrix; what {@link dev.spectraledge.kernels.linalg.DenseSvd} is on the host. Workspace is allocated once. A
 * decomposition waits until it is done, and cannot be recorded.
 */
public final class CudaSvd implements DenseFactorizations.Svd {
    private final Factorizations factorizations;
    private final int rows;
    private final int columns;
    /** Aᵀ for cuSOLVER: A itself, row by row. */
    private final Tensor copy;

    private final Tensor values;
    private final Tensor left;
    private final Tensor leftTransposed;
    private final Tensor right;
    private final Tensor work;
    private final CuSolver.JacobiSettings settings;

    public CudaSvd(CudaBackend backend, MemoryOwner owner, DType type, int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        int rank = Math.min(rows, columns);
        factorizations = new Factorizations(backend, owner, type, 1);
        copy = factorizations.allocate(type, rows, columns);
        values = factorizations.allocate(type, rank);
        left = factorizations.allocate(type, rows, rank);
        leftTransposed = factorizations.allocate(type, rank, rows);
        right = factorizations.allocate(type, rank, columns);
        CuSolver solver = factorizations.solver();
        settings = CuSolver.JacobiSettings.create();
        owner.onClose(settings::close);
        int length = factorizations.isFloat()
                ? solver.sgesvdjWorkLength(
                        true,
                        columns,
                        rows,
                        copy.deviceSegment(),
                        columns,
                        values.deviceSegment(),
                        right.deviceSegment(),
                        columns,
                        leftTransposed.deviceSegment(),
                        rows,
                        settings)
                : solver.dgesvdjWorkLength(
                        true,
                        columns,
                        rows,
                        copy.deviceSegment(),
                        columns,
                        values.deviceSegment(),
                        right.deviceSegment(),
                        columns,
                        leftTransposed.deviceSegment(),
                        rows,
                        settings);
        work = factorizations.allocate(type, length);
    }

    /** Decomposes the contiguous {@code matrix [m, n]}, which is left as it is. */
    @Override
    public void decompose(Tensor matrix) {
        factorizations.require("matrix", matrix, rows, columns);
        CuSolver solver = factorizations.solver();
        factorizations.copy(matrix, copy);
        // Column-major, the memory of A is Aᵀ = V diag(σ) Uᵀ: the vectors trade places.
        if (factorizations.isFloat()) {
            solver.sgesvdj(
                    true,
                    columns,
                    rows,
                    copy.deviceSegment(),
                    columns,
                    values.deviceSegment(),
                    right.deviceSegment(),
                    columns,
                    leftTransposed.deviceSegment(),
                    rows,
                    work.deviceSegment(),
                    factorizations.status().deviceSegment(),
                    settings);
        } else {
            solver.dgesvdj(
                    true,
                    columns,
                    rows,
                    copy.deviceSegment(),
                    columns,
                    values.deviceSegment(),
                    right.deviceSegment(),
                    columns,
                    leftTransposed.deviceSegment(),
                    rows,
                    work.deviceSegment(),
                    factorizations.status().deviceSegment(),
                    settings);
        }
        factorizations.transpose(leftTransposed, left);
        factorizations.check("gesvdj");
    }

    /** {@code [min(m, n)]}, largest first; overwritten by the next decomposition, like the others. */
    @Override
    public Tensor singularValues() {
        return values;
    }

    /** U, {@code [m, min(m, n)]}. */
    @Override
    public Tensor leftVectors() {
        return left;
    }

    /** Vᵀ, {@code [min(m, n), n]}. */
    @Override
    public Tensor rightVectors() {
        return right;
    }
}
