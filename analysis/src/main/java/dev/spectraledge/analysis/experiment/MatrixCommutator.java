package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;

/** AB − BA of square matrices of one size, FLOAT64. */
public final class MatrixCommutator {
    /** ‖AB − BA‖_F ≤ √2 ‖A‖_F ‖B‖_F (Böttcher and Wenzel 2008). */
    private static final double BOUND = Math.sqrt(2);

    private final Backend backend;
    private final Tensor commutator;
    private final Tensor square;

    public MatrixCommutator(Backend backend, MemoryOwner owner, int order) {
        this.backend = backend;
        commutator = backend.allocate(owner, DType.FLOAT64, 1, order, order);
        square = backend.allocate(owner, DType.FLOAT64, 1);
    }

    /** ‖AB − BA‖_F of {@code [n, n]} matrices. */
    public double norm(Tensor a, Tensor b) {
        Tensor first = a.reshape(1, a.size(0), a.size(1));
        Tensor second = b.reshape(1, b.size(0), b.size(1));
        backend.gemm(false, false, 1, first, second, 0, commutator);
        backend.gemm(false, false, -1, second, first, 1, commutator);
        return norm(commutator);
    }

    /** The same as a share of the largest value that matrices of these norms can have: in [0, 1], whatever their scale. */
    public double relative(Tensor a, Tensor b) {
        double product = BOUND * norm(a) * norm(b);
        return product == 0 ? 0 : norm(a, b) / product;
    }

    /** What {@link #relative} is for large independent random matrices: E‖AB − BA‖² = 2‖A‖²‖B‖²/n. */
    public static double relativeOfRandom(int order) {
        return 1 / Math.sqrt((double) order);
    }

    private double norm(Tensor matrix) {
        backend.sumOfSquares(matrix.reshape(1, matrix.elements()), square);
        return Math.sqrt(square.getDouble(0));
    }
}
