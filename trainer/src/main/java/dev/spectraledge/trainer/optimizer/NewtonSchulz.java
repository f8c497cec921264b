package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;

/**
 * Brings the singular values of matrices near one: of M = USVᵀ it makes about UVᵀ, by products of matrices alone. After
 * division by the Frobenius norm each step is X ← aX + b(XXᵀ)X + c(XXᵀ)²X, which maps every singular value by φ(x) = ax +
 * bx³ + cx⁵. With the coefficients of Jordan et al. (Muon, 2024), chosen to lift small values fast rather than to converge,
 * five steps take all singular values above 0.0015 of the Frobenius norm into [0.68, 1.21]; the published code speaks of
 * about 0.5 to 1.5. Smaller ones are multiplied by up to a⁵ ≈ 485. Published code computes in bfloat16, this in the
 * precision of its tensors.
 */
final class NewtonSchulz {
    private static final double A = 3.4445;
    private static final double B = -4.7750;
    private static final double C = 2.0315;

    private final Backend backend;
    private final int steps;
    private final MuonConvention convention;
    private final boolean isTall;
    private final Tensor input;
    private final Tensor flatInput;
    private final Tensor squares;
    private final Tensor next;
    private final Tensor gram;
    private final Tensor polynomial;

    /** Prepares for {@code count} matrices at once. */
    NewtonSchulz(
            Backend backend,
            MemoryOwner owner,
            DType type,
            long count,
            long rows,
            long columns,
            int steps,
            MuonConvention convention) {
        this.backend = backend;
        this.steps = steps;
        this.convention = convention;
        isTall = rows > columns;
        long small = Math.min(rows, columns);
        input = backend.allocate(owner, type, count, rows, columns);
        flatInput = input.reshape(count, rows * columns);
        squares = backend.allocate(owner, DType.FLOAT64, count);
        next = backend.allocate(owner, type, count, rows, columns);
        gram = backend.allocate(owner, type, count, small, small);
        polynomial = backend.allocate(owner, type, count, small, small);
    }

    /** {@code [count, rows, columns]}, to be filled before {@link #orthogonalise}, which overwrites it. */
    Tensor input() {
        return input;
    }

    /** {@code [count, rows, columns]}: where {@link #orthogonalise} leaves its results. */
    Tensor output() {
        return steps % 2 == 0 ? input : next;
    }

    /** Orthogonalises all matrices and multiplies them by {@code factor}. */
    void orthogonalise(double factor) {
        backend.sumOfSquares(flatInput, squares);
        backend.normalize(squares, convention.addedToNorm(), convention.leastNorm(), flatInput);
        for (int step = 0; step < steps; step++) {
            Tensor x = step % 2 == 0 ? input : next;
            Tensor y = step % 2 == 0 ? next : input;
            improve(x, y, step == steps - 1 ? factor : 1);
        }
    }

    /** y ← factor·(ax + p(x)), on the shorter side of the matrices, where the Gram matrix is small. */
    private void improve(Tensor x, Tensor y, double factor) {
        backend.gemm(isTall, !isTall, 1, x, x, 0, gram);
        backend.copy(gram, polynomial);
        backend.gemm(false, false, C, gram, gram, B, polynomial);
        backend.copy(x, y);
        if (isTall) {
            backend.gemm(false, false, factor, x, polynomial, factor * A, y);
        } else {
            backend.gemm(false, false, factor, polynomial, x, factor * A, y);
        }
    }
}
