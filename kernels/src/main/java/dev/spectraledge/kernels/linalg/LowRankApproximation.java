package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;

/**
 * A ≈ U diag(σ̂) Vᵀ of k singular values, made by {@link RandomizedSvd}, with computed bounds of its error.
 *
 * <p>With Q the orthonormal basis that was found, e the bound on ‖(I − QQᵀ)A‖₂ ({@link #projectionBound}) and B = QᵀA, the
 * values σ̂ are those of B. Since AᵀA = BᵀB + Aᵀ(I − QQᵀ)A, Weyl gives σ̂_j² ≤ σ_j² ≤ σ̂_j² + e², and since the two parts of A −
 * U diag(σ̂) Vᵀ = (I − QQᵀ)A + Q(B − B_k) have orthogonal ranges, its spectral norm is at most √(e² + σ̂_{k+1}²). {@link
 * #roundingError} allows for the rounding of B on both sides.
 */
public final class LowRankApproximation {
    /** Probability with which {@link #projectionBound} may fail, and with it the bounds above the values. */
    public static final double FAILURE_PROBABILITY = 1e-6;

    private final Tensor singularValues;
    private final double next;
    private final Tensor leftVectors;
    private final Tensor rightVectors;
    private final double frobeniusNorm;
    private final double projectionBound;
    private final int householderFactorisations;

    LowRankApproximation(
            Tensor singularValues,
            double next,
            Tensor leftVectors,
            Tensor rightVectors,
            double frobeniusNorm,
            double projectionBound,
            int householderFactorisations) {
        this.singularValues = singularValues;
        this.next = next;
        this.leftVectors = leftVectors;
        this.rightVectors = rightVectors;
        this.frobeniusNorm = frobeniusNorm;
        this.projectionBound = projectionBound;
        this.householderFactorisations = householderFactorisations;
    }

    /** FLOAT64 {@code [k]}, largest first; k is the rank asked for, or min(m, n) where that is smaller. */
    public Tensor singularValues() {
        return singularValues;
    }

    /** U, {@code [m, k]}, in the type of the matrix. */
    public Tensor leftVectors() {
        return leftVectors;
    }

    /** Vᵀ, {@code [k, n]}, in the type of the matrix. */
    public Tensor rightVectors() {
        return rightVectors;
    }

    /** ‖A‖_F. */
    public double frobeniusNorm() {
        return frobeniusNorm;
    }

    /** e; 0 where the matrix has no more columns or rows than the basis, infinite where no bounds were asked for. */
    public double projectionBound() {
        return projectionBound;
    }

    /**
     * √n·u·‖A‖_F for sums of n = {@value TallAlgebra#SUMMED_ROWS} products with rounding unit u: what rounding errors of
     * independent signs come to (Higham and Mary 2019, "A new approach to probabilistic rounding error analysis").
     */
    public double roundingError() {
        double unit = leftVectors.type() == DType.FLOAT32 ? 0x1p-24 : 0x1p-53;
        return Math.sqrt(TallAlgebra.SUMMED_ROWS) * unit * frobeniusNorm;
    }

    /** No more than the true σ of index {@code index}, 0 being the largest. */
    public double lowerBound(int index) {
        return Math.max(0, singularValues.get(index) - roundingError());
    }

    /** No less than the true σ of index {@code index}, but for {@link #FAILURE_PROBABILITY}. */
    public double upperBound(int index) {
        return Math.hypot(singularValues.get(index), projectionBound) + roundingError();
    }

    /** Bound on ‖A − U diag(σ̂) Vᵀ‖₂, but for {@link #FAILURE_PROBABILITY}. */
    public double spectralResidualBound() {
        return Math.hypot(projectionBound, next) + roundingError();
    }

    /** How many bases were too ill-conditioned for a Gram matrix and were made by Householder reflections instead. */
    public int householderFactorisations() {
        return householderFactorisations;
    }

    /** ‖A − U diag(σ̂) Vᵀ‖_F, measured by one more product with the {@code matrix} that was decomposed. */
    public double frobeniusResidual(Backend backend, Workers workers, Tensor matrix) {
        TallMatrix tall = TallMatrix.of(matrix);
        TallAlgebra algebra = new TallAlgebra(backend, workers);
        try (MemoryOwner scratch = MemoryOwner.open("residual of a low-rank approximation")) {
            Tensor longVectors = tall.transposed() ? rightVectors : leftVectors;
            Tensor narrowVectors = tall.transposed() ? leftVectors : rightVectors;
            TallMatrix left =
                    new TallMatrix(longVectors.reshape(1, longVectors.size(0), longVectors.size(1)), tall.transposed());
            Tensor scaled = algebra.onHost(scratch, narrowVectors);
            Tensor factor = Tensor.allocate(scratch, DType.FLOAT64, singularValues.size(0), tall.narrow());
            for (int index = 0; index < singularValues.size(0); index++) {
                for (int column = 0; column < tall.narrow(); column++) {
                    double component = tall.transposed() ? scaled.get(column, index) : scaled.get(index, column);
                    factor.set(singularValues.get(index) * component, index, column);
                }
            }
            return Math.sqrt(algebra.sumOfSquares(tall, left, algebra.onDevice(scratch, tall.type(), factor)));
        }
    }
}
