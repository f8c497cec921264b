package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;

/**
 * Leading singular values and vectors of a matrix in memory by randomized subspace iteration (Halko, Martinsson and Tropp
 * 2011, "Finding structure with randomness", algorithms 4.4 and 5.1): a Gaussian test matrix, power iterations with a new
 * basis at every half-step, and an SVD in double of the small projected matrix. The long side may be rows or columns. A
 * matrix with no more columns than the test matrix needs none: it is factored itself.
 *
 * <p>Everything large is a matrix product, the bases included ({@link PanelQr}). If wanted, bounds of the error come
 * with the result ({@link LowRankApproximation}): they take {@value #PROBES} further Gaussian vectors.
 */
public final class RandomizedSvd {
    /** Gaussian vectors that test the basis; they take no part in making it. */
    static final int PROBES = 8;

    /** A product takes no longer with as many columns as fill its vectors: the sketch has no fewer. */
    private static final int COLUMNS_AT_ONCE = 16;

    private static final int PROBE_POWERS = 5;

    /**
     * What is computed, and from which random numbers.
     *
     * @param rank number of singular values
     * @param oversampling additional columns of the test matrix, at least; 10 is usual
     * @param powerIterations applications of AAᵀ; 2 suffices unless singular values decay slowly
     * @param certified whether bounds are computed, which takes eleven more passes over the matrix
     * @param key of the test matrix; the following stream serves the probes
     */
    public record Parameters(int rank, int oversampling, int powerIterations, boolean certified, PhiloxKey key) {
        public Parameters {
            if (rank < 1 || oversampling < 0 || powerIterations < 0) {
                throw new IllegalArgumentException(
                        "a randomized SVD needs rank ≥ 1 and no negative parameter, got rank " + rank
                                + ", oversampling " + oversampling + ", power iterations " + powerIterations);
            }
        }

        private PhiloxKey probes() {
            return new PhiloxKey(key.seed(), key.stream() + 1);
        }
    }

    private final Backend backend;
    private final TallAlgebra algebra;
    private final DenseFactorizations factorizations;

    /** @param factorizations those of the backend */
    public RandomizedSvd(Backend backend, Workers workers, DenseFactorizations factorizations) {
        this.backend = backend;
        this.factorizations = factorizations;
        algebra = new TallAlgebra(backend, workers);
    }

    /**
     * Decomposes the contiguous {@code matrix [m, n]}, which is left as it is.
     *
     * @param owner of the result
     * @throws ArithmeticException if the matrix holds a number that is not finite
     */
    public LowRankApproximation decompose(MemoryOwner owner, Tensor matrix, Parameters parameters) {
        if (matrix.rank() != 2 || !matrix.type().isFloating() || !matrix.isContiguous() || matrix.elements() == 0) {
            throw new IllegalArgumentException("a randomized SVD needs a contiguous floating matrix, got " + matrix);
        }
        TallMatrix tall = TallMatrix.of(matrix);
        int columns = Math.min(
                tall.narrow(),
                Math.ceilDiv(parameters.rank() + parameters.oversampling(), COLUMNS_AT_ONCE) * COLUMNS_AT_ONCE);
        int rank = Math.min(columns, parameters.rank());
        PanelQr qr = new PanelQr(algebra, factorizations);
        double frobeniusNorm = Math.sqrt(algebra.sumOfSquares(tall));
        try (MemoryOwner scratch = MemoryOwner.open("randomized singular value decomposition")) {
            TallMatrix basis = tall.panel(backend, scratch, columns);
            TallMatrix narrowBasis = null;
            double projectionBound = 0;
            double[][] small;
            if (columns == tall.narrow()) {
                algebra.copy(tall, basis);
                small = qr.factor(basis);
            } else {
                range(scratch, tall, basis, qr, parameters);
                // T ≈ Q·(TᵀQ)ᵀ and TᵀQ = P R, hence T ≈ Q·Rᵀ·Pᵀ.
                Tensor projected = algebra.transposeTimes(scratch, tall, basis);
                narrowBasis = TallMatrix.upright(algebra.onDevice(scratch, DType.FLOAT64, projected));
                small = DoubleMatrices.transpose(qr.factor(narrowBasis));
                projectionBound = parameters.certified()
                        ? projectionBound(scratch, tall, basis, parameters.probes())
                        : Double.POSITIVE_INFINITY;
            }
            DenseFactorizations.Svd svd = factorizations.svd(scratch, DType.FLOAT64, columns, columns);
            svd.decompose(algebra.onDevice(scratch, DType.FLOAT64, DoubleMatrices.tensor(scratch, small)));
            Tensor all = algebra.onHost(scratch, svd.singularValues());
            Tensor values = Tensor.allocate(owner, DType.FLOAT64, rank);
            backend.copy(all.slice(0, 0, rank), values);
            TallMatrix tallVectors = basis.panel(backend, owner, rank);
            Tensor left = algebra.onHost(scratch, svd.leftVectors()).slice(1, 0, rank);
            algebra.times(basis, algebra.onDevice(scratch, tall.type(), left), tallVectors);
            Tensor right = algebra.onHost(scratch, svd.rightVectors()).slice(0, 0, rank);
            Tensor narrowVectors = narrowVectors(owner, scratch, tall, narrowBasis, right);
            Tensor longVectors = tallVectors.stored().at(0);
            return new LowRankApproximation(
                    values,
                    rank < columns ? all.get(rank) : 0,
                    tall.transposed() ? narrowVectors : longVectors,
                    tall.transposed() ? longVectors : narrowVectors,
                    frobeniusNorm,
                    projectionBound,
                    qr.householderFactorisations());
        }
    }

    /** P·W for Wᵀ {@code [k, l]}, or W where P is null: {@code [M, k]} if T stands transposed, otherwise {@code [k, M]}. */
    private Tensor narrowVectors(
            MemoryOwner owner, MemoryOwner scratch, TallMatrix tall, TallMatrix basis, Tensor right) {
        TallMatrix factor = basis == null
                ? TallMatrix.upright(algebra.identity(scratch, DType.FLOAT64, (int) right.size(1)))
                : basis;
        Tensor rotation = algebra.onDevice(scratch, DType.FLOAT64, right);
        Tensor batched = rotation.reshape(1, rotation.size(0), rotation.size(1));
        boolean upright = tall.transposed();
        Tensor product = upright
                ? backend.allocate(scratch, DType.FLOAT64, 1, factor.tall(), right.size(0))
                : backend.allocate(scratch, DType.FLOAT64, 1, right.size(0), factor.tall());
        if (upright) {
            backend.gemm(false, true, 1, factor.stored(), batched, 0, product);
        } else {
            backend.gemm(false, true, 1, batched, factor.stored(), 0, product);
        }
        return algebra.onDevice(owner, tall.type(), product.at(0));
    }

    /** Makes the basis orthonormal columns that nearly span the range of T. */
    private void range(MemoryOwner scratch, TallMatrix tall, TallMatrix basis, PanelQr qr, Parameters parameters) {
        Tensor test = gaussian(scratch, tall, basis.narrow(), parameters.key());
        algebra.times(tall, test, basis);
        for (int iteration = 0; iteration < parameters.powerIterations(); iteration++) {
            qr.condition(basis);
            try (MemoryOwner step = MemoryOwner.open("power iteration")) {
                backend.copy(algebra.transposeTimes(step, tall, basis), test);
            }
            qr.condition(TallMatrix.upright(test));
            algebra.times(tall, test, basis);
        }
        qr.factor(basis);
    }

    /**
     * e with ‖E‖₂ ≤ e for E = (I − QQᵀ)T, but for a probability of at most {@link
     * LowRankApproximation#FAILURE_PROBABILITY}: for independent Gaussian vectors ω and any matrix B, ‖B‖₂ ≤
     * α√(2/π)·max‖Bω‖ fails with probability α^(−probes) (lemma 4.1 of the paper). It is taken for B = E(EᵀE)^p, whose norm
     * is the (2p + 1)-th power, so that the root brings the bound close to ‖E‖₂ also where the spectrum of E is flat.
     */
    private double projectionBound(MemoryOwner scratch, TallMatrix tall, TallMatrix basis, PhiloxKey key) {
        TallMatrix images = tall.panel(backend, scratch, PROBES);
        Tensor probes = gaussian(scratch, tall, PROBES, key);
        double logarithm = Math.log(LowRankApproximation.FAILURE_PROBABILITY) / -PROBES + Math.log(2 / Math.PI) / 2;
        for (int power = 0; power <= PROBE_POWERS; power++) {
            algebra.times(tall, probes, images);
            // Once more, since the first subtraction leaves roundings of the size of T in the span of Q.
            subtractProjection(basis, images);
            subtractProjection(basis, images);
            double norm = largestNorm(images);
            if (norm == 0) {
                return 0;
            }
            logarithm += Math.log(norm);
            backend.scale(1 / norm, images.stored().reshape(1, images.stored().elements()));
            try (MemoryOwner step = MemoryOwner.open("power of a residual")) {
                backend.copy(algebra.transposeTimes(step, tall, images), probes);
            }
        }
        return Math.exp(logarithm / (2 * PROBE_POWERS + 1));
    }

    /** Y ← (I − QQᵀ)·Y. */
    private void subtractProjection(TallMatrix basis, TallMatrix images) {
        try (MemoryOwner scratch = MemoryOwner.open("projection")) {
            Tensor inBasis = algebra.transposeTimes(scratch, basis, images);
            algebra.addProduct(-1, basis, algebra.onDevice(scratch, images.type(), inBasis), images);
        }
    }

    private double largestNorm(TallMatrix images) {
        try (MemoryOwner scratch = MemoryOwner.open("norms of columns")) {
            Tensor squares = algebra.gram(scratch, images);
            double largest = 0;
            for (int column = 0; column < images.narrow(); column++) {
                largest = Math.max(largest, squares.get(column, column));
            }
            return Math.sqrt(largest);
        }
    }

    /** {@code [M, columns]}. */
    private Tensor gaussian(MemoryOwner scratch, TallMatrix tall, int columns, PhiloxKey key) {
        Tensor test = backend.allocate(scratch, tall.type(), tall.narrow(), columns);
        backend.normal(new PhiloxKey[] {key}, 0, 1, test.reshape(1, test.elements()));
        return test;
    }
}
