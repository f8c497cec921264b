package dev.spectraledge.kernels.linalg;

import dev.spectraledge.bindings.Lapack;
import dev.spectraledge.bindings.SingularVectors;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;

/**
 * Singular value decomposition A = U diag(σ) Vᵀ of m × n matrices by LAPACK's divide and conquer, in the type of the
 * matrix. Workspace is allocated once; a decomposition allocates nothing.
 */
public final class DenseSvd implements DenseFactorizations.Svd {
    private final DType type;
    private final int rows;
    private final int columns;
    private final Tensor copy;
    private final Tensor values;
    private final Tensor left;
    private final Tensor right;
    private final Tensor work;
    private final Tensor integerWork;

    public DenseSvd(MemoryOwner owner, DType type, int rows, int columns) {
        DenseChecks.requireFloating(type);
        this.type = type;
        this.rows = rows;
        this.columns = columns;
        int rank = Math.min(rows, columns);
        copy = Tensor.allocate(owner, type, rows, columns);
        values = Tensor.allocate(owner, type, rank);
        left = Tensor.allocate(owner, type, rows, rank);
        right = Tensor.allocate(owner, type, rank, columns);
        int length = type == DType.FLOAT32
                ? Lapack.sgesddWorkLength(SingularVectors.THIN, rows, columns)
                : Lapack.dgesddWorkLength(SingularVectors.THIN, rows, columns);
        work = Tensor.allocate(owner, type, length);
        integerWork = Tensor.allocate(owner, DType.INT32, Lapack.gesddIntegerWorkLength(rows, columns));
    }

    /** Decomposes {@code matrix [m, n]}, which is left as it is. */
    @Override
    public void decompose(Tensor matrix) {
        DenseChecks.requireMatrix(matrix, type, rows, columns);
        copy.segment().copyFrom(matrix.segment());
        int rank = Math.min(rows, columns);
        if (type == DType.FLOAT32) {
            Lapack.sgesdd(
                    SingularVectors.THIN,
                    rows,
                    columns,
                    copy.segment(),
                    columns,
                    values.segment(),
                    left.segment(),
                    rank,
                    right.segment(),
                    columns,
                    work.segment(),
                    integerWork.segment());
        } else {
            Lapack.dgesdd(
                    SingularVectors.THIN,
                    rows,
                    columns,
                    copy.segment(),
                    columns,
                    values.segment(),
                    left.segment(),
                    rank,
                    right.segment(),
                    columns,
                    work.segment(),
                    integerWork.segment());
        }
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
