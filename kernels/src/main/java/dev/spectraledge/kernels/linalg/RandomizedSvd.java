package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;

/**
 * Leading singular values and vectors of a matrix in memory by randomized subspace iteration (Halko, Martinsson and Tropp
 * 2011, "Finding structure with randomness", algorithms 4.4 and 5.1): a Gaussian test matrix, power iterations with
 * orthonormalisation at every half-step, and an SVD in double of the small projected matrix. The long side may be rows or
 * columns.
 *
 * <p>Certificate: the residual A − USVᵀ is measured. {@link #frobeniusResidual()} is its Frobenius norm, an upper bound
 * of its spectral norm; {@link #spectralResidual()} is the estimate of the spectral norm by the power method from a
 * random start, as in the program fbpca, and a lower bound. By Weyl no singular value is off by more than the spectral
 * norm of the residual, for indices beyond the rank included (computed as 0). In float32 neither can resolve a residual
 * below about 10⁻⁷ of the largest singular value.
 */
public final class RandomizedSvd {
    private static final int POWER_STEPS = 20;
    private static final long RESIDUAL_ELEMENTS = 1 << 20;

    /**
     * What is computed, and from which random numbers.
     *
     * @param rank number of singular values
     * @param oversampling additional columns of the test matrix; 10 is usual
     * @param powerIterations applications of AAᵀ; 2 suffices unless singular values decay slowly
     * @param key of the test matrix; the following stream serves the start of the power method
     */
    public record Parameters(int rank, int oversampling, int powerIterations, PhiloxKey key) {
        public Parameters {
            if (rank < 1 || oversampling < 0 || powerIterations < 0) {
                throw new IllegalArgumentException(
                        "a randomized SVD needs rank ≥ 1 and no negative parameter, got rank " + rank
                                + ", oversampling " + oversampling + ", power iterations " + powerIterations);
            }
        }
    }

    private final Tensor singularValues;
    private final Tensor leftVectors;
    private final Tensor rightVectors;
    private final double frobeniusNorm;
    private final double frobeniusResidual;
    private final double spectralResidual;

    private RandomizedSvd(
            Tensor singularValues,
            Tensor leftVectors,
            Tensor rightVectors,
            double frobeniusNorm,
            double frobeniusResidual,
            double spectralResidual) {
        this.singularValues = singularValues;
        this.leftVectors = leftVectors;
        this.rightVectors = rightVectors;
        this.frobeniusNorm = frobeniusNorm;
        this.frobeniusResidual = frobeniusResidual;
        this.spectralResidual = spectralResidual;
    }

    /**
     * Decomposes the contiguous {@code matrix [m, n]}, which is left as it is.
     *
     * @param owner of the result
     */
    public static RandomizedSvd decompose(
            Backend backend, Workers workers, MemoryOwner owner, Tensor matrix, Parameters parameters) {
        if (matrix.rank() != 2 || !matrix.type().isFloating() || !matrix.isContiguous()) {
            throw new IllegalArgumentException("a randomized SVD needs a contiguous floating matrix, got " + matrix);
        }
        boolean wide = matrix.size(0) < matrix.size(1);
        TallProduct product = new TallProduct(backend, workers, matrix, wide);
        int narrow = Math.toIntExact(product.narrow());
        int columns = Math.min(narrow, parameters.rank() + parameters.oversampling());
        int rank = Math.min(narrow, parameters.rank());
        DType type = matrix.type();
        Tensor values = backend.allocate(owner, DType.FLOAT64, rank);
        Tensor tallVectors = backend.allocate(owner, type, product.tall(), rank);
        Tensor narrowVectors = backend.allocate(owner, type, rank, narrow);
        try (MemoryOwner scratch = MemoryOwner.open("randomized singular value decomposition")) {
            Tensor basis = range(backend, scratch, product, columns, parameters);
            Tensor projected = backend.allocate(scratch, type, narrow, columns);
            product.transposeTimes(1, basis, 0, projected);
            Tensor projectedInDouble = backend.allocate(scratch, DType.FLOAT64, narrow, columns);
            backend.copy(projected, projectedInDouble);
            DenseSvd svd = new DenseSvd(scratch, DType.FLOAT64, narrow, columns);
            svd.decompose(projectedInDouble);
            // T ≈ Q·(TᵀQ)ᵀ and TᵀQ = U S Wᵀ, hence T ≈ (Q W) S Uᵀ.
            backend.copy(svd.singularValues().slice(0, 0, rank), values);
            Tensor rotation = backend.allocate(scratch, type, columns, rank);
            for (int index = 0; index < rank; index++) {
                for (int column = 0; column < columns; column++) {
                    rotation.set(svd.rightVectors().get(index, column), column, index);
                }
                for (int row = 0; row < narrow; row++) {
                    narrowVectors.set(svd.leftVectors().get(row, index), index, row);
                }
            }
            new TallProduct(backend, workers, basis, false).times(1, rotation, 0, tallVectors);
            Tensor scaled = backend.allocate(scratch, type, rank, narrow);
            for (int index = 0; index < rank; index++) {
                for (int row = 0; row < narrow; row++) {
                    scaled.set(values.get(index) * narrowVectors.get(index, row), index, row);
                }
            }
            TallProduct left = new TallProduct(backend, workers, tallVectors, false);
            double frobenius = Math.sqrt(sumOfSquares(backend, workers, product, null, null));
            double frobeniusResidual = Math.sqrt(sumOfSquares(backend, workers, product, tallVectors, scaled));
            double spectralResidual = spectralNorm(backend, scratch, product, left, scaled, parameters.key());
            return new RandomizedSvd(
                    values,
                    wide ? transpose(backend, owner, narrowVectors) : tallVectors,
                    wide ? transpose(backend, owner, tallVectors) : narrowVectors,
                    frobenius,
                    frobeniusResidual,
                    spectralResidual);
        }
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

    /** ‖A − USVᵀ‖_F, not less than the spectral norm of the residual. */
    public double frobeniusResidual() {
        return frobeniusResidual;
    }

    /** Power-method estimate of ‖A − USVᵀ‖₂, not greater than it up to rounding. */
    public double spectralResidual() {
        return spectralResidual;
    }

    /** Orthonormal basis {@code [N, l]} of nearly the range of T. */
    private static Tensor range(
            Backend backend, MemoryOwner scratch, TallProduct product, int columns, Parameters parameters) {
        DType type = product.rows(0, 1).type();
        int tall = Math.toIntExact(product.tall());
        int narrow = Math.toIntExact(product.narrow());
        Tensor test = backend.allocate(scratch, type, narrow, columns);
        backend.normal(new PhiloxKey[] {parameters.key()}, 0, 1, test.reshape(1, test.elements()));
        Tensor basis = backend.allocate(scratch, type, tall, columns);
        DenseQr tallQr = new DenseQr(scratch, type, tall, columns);
        DenseQr narrowQr = new DenseQr(scratch, type, narrow, columns);
        product.times(1, test, 0, basis);
        tallQr.factor(basis);
        for (int iteration = 0; iteration < parameters.powerIterations(); iteration++) {
            product.transposeTimes(1, basis, 0, test);
            narrowQr.factor(test);
            product.times(1, test, 0, basis);
            tallQr.factor(basis);
        }
        return basis;
    }

    /** ‖T − L·R‖_F² in blocks of rows of T, or ‖T‖_F² where L is null; L is {@code [N, k]}, R {@code [k, M]}. */
    private static double sumOfSquares(
            Backend backend, Workers workers, TallProduct product, Tensor left, Tensor right) {
        long tall = product.tall();
        long narrow = product.narrow();
        long block = Math.max(1, Math.min(tall, RESIDUAL_ELEMENTS / narrow));
        double[] sums = new double[workers.count()];
        try (MemoryOwner scratch = MemoryOwner.open("residual of a singular value decomposition")) {
            Tensor[] buffers = new Tensor[workers.count()];
            Tensor[] squares = new Tensor[workers.count()];
            for (int worker = 0; worker < buffers.length; worker++) {
                buffers[worker] = backend.allocate(scratch, product.rows(0, 1).type(), 1, block * narrow);
                squares[worker] = backend.allocate(scratch, DType.FLOAT64, 1);
            }
            workers.run(worker -> {
                long end = workers.partBegin(tall, worker + 1);
                for (long from = workers.partBegin(tall, worker); from < end; from += block) {
                    long to = Math.min(from + block, end);
                    Tensor used = buffers[worker].slice(1, 0, (to - from) * narrow);
                    Tensor residual = product.isTransposed()
                            ? used.reshape(1, narrow, to - from)
                            : used.reshape(1, to - from, narrow);
                    backend.copy(product.rows(from, to), residual);
                    if (left != null) {
                        Tensor rows = left.slice(0, from, to).reshape(1, to - from, left.size(1));
                        Tensor factor = right.reshape(1, right.size(0), right.size(1));
                        if (product.isTransposed()) {
                            backend.gemm(true, true, -1, factor, rows, 1, residual);
                        } else {
                            backend.gemm(false, false, -1, rows, factor, 1, residual);
                        }
                    }
                    backend.sumOfSquares(used, squares[worker]);
                    sums[worker] += squares[worker].getDouble(0);
                }
            });
        }
        double sum = 0;
        for (double part : sums) {
            sum += part;
        }
        return sum;
    }

    /** Estimate of ‖T − L·R‖₂ by the power method on (T − LR)ᵀ(T − LR). */
    private static double spectralNorm(
            Backend backend, MemoryOwner scratch, TallProduct product, TallProduct left, Tensor right, PhiloxKey key) {
        DType type = right.type();
        Tensor x = backend.allocate(scratch, type, product.narrow(), 1);
        Tensor y = backend.allocate(scratch, type, product.tall(), 1);
        Tensor small = backend.allocate(scratch, type, 1, right.size(0), 1);
        Tensor factor = right.reshape(1, right.size(0), right.size(1));
        Tensor batchedX = x.reshape(1, x.size(0), 1);
        Tensor flatX = x.reshape(1, x.size(0));
        Tensor flatY = y.reshape(1, y.size(0));
        Tensor squares = backend.allocate(scratch, DType.FLOAT64, 1);
        backend.normal(new PhiloxKey[] {new PhiloxKey(key.seed(), key.stream() + 1)}, 0, 1, flatX);
        double norm = 0;
        for (int step = 0; step < POWER_STEPS; step++) {
            double length = norm(backend, flatX, squares);
            if (length == 0) {
                return norm;
            }
            backend.scale(1 / length, flatX);
            backend.gemm(false, false, 1, factor, batchedX, 0, small);
            product.times(1, x, 0, y);
            left.times(-1, small.at(0), 1, y);
            norm = norm(backend, flatY, squares);
            product.transposeTimes(1, y, 0, x);
            left.transposeTimes(1, y, 0, small.at(0));
            backend.gemm(true, false, -1, factor, small, 1, batchedX);
        }
        return norm;
    }

    private static double norm(Backend backend, Tensor flat, Tensor squares) {
        backend.sumOfSquares(flat, squares);
        return Math.sqrt(squares.getDouble(0));
    }

    private static Tensor transpose(Backend backend, MemoryOwner owner, Tensor matrix) {
        Tensor transposed = backend.allocate(owner, matrix.type(), matrix.size(1), matrix.size(0));
        for (long row = 0; row < matrix.size(0); row++) {
            for (long column = 0; column < matrix.size(1); column++) {
                transposed.set(matrix.get(row, column), column, row);
            }
        }
        return transposed;
    }
}
