package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSvd;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Subspaces of all parameters that are spanned by three rank-one matrices uvᵀ in each weight matrix (Lifecycle §4.24). They are
 * kept as their factors: the coordinate of a vector with the block Δ along uvᵀ is uᵀΔv. The terms of one block are orthonormal,
 * as both the u and the v are, and those of different blocks have no element in common, so that nothing is left to be
 * orthogonalised.
 */
final class RankOneBases {
    /** Terms in each matrix, as published. */
    static final int RANK = 3;

    private static final long STREAM = 0x7B00;

    private final Backend backend;
    private final int count;
    private final List<Factors> factors;

    /**
     * Of one matrix.
     *
     * @param left {@code [1, count·rank, rows]}
     * @param right {@code [1, count·rank, columns]}
     * @param product of the same shape, to work in
     */
    private record Factors(WeightMatrix matrix, int rank, Tensor left, Tensor right, Tensor product) {
        static Factors allocate(Backend backend, MemoryOwner owner, WeightMatrix matrix, int count) {
            int rank = Math.min(RANK, Math.min(matrix.rows(), matrix.columns()));
            long terms = (long) count * rank;
            return new Factors(
                    matrix,
                    rank,
                    backend.allocate(owner, DType.FLOAT64, 1, terms, matrix.rows()),
                    backend.allocate(owner, DType.FLOAT64, 1, terms, matrix.columns()),
                    backend.allocate(owner, DType.FLOAT64, 1, terms, matrix.columns()));
        }

        /** Adds to each basis what it has of the squared norm of a vector. */
        void add(Backend backend, Tensor vector, double[] squares) {
            backend.gemm(
                    false,
                    false,
                    1,
                    left,
                    matrix.piece(vector).reshape(1, matrix.rows(), matrix.columns()),
                    0,
                    product);
            MemorySegment products = product.segment();
            MemorySegment rights = right.segment();
            long element = 0;
            for (int term = 0; term < squares.length * rank; term++) {
                double coordinate = 0;
                for (int column = 0; column < matrix.columns(); column++, element++) {
                    coordinate += products.getAtIndex(ValueLayout.JAVA_DOUBLE, element)
                            * rights.getAtIndex(ValueLayout.JAVA_DOUBLE, element);
                }
                squares[term / rank] += coordinate * coordinate;
            }
        }
    }

    /** {@code [1, length]} of a factor. */
    private static Tensor row(Tensor factor, int term) {
        return factor.at(0).slice(0, term, term + 1L);
    }

    private RankOneBases(Backend backend, int count, List<Factors> factors) {
        this.backend = backend;
        this.count = count;
        this.factors = factors;
    }

    /** One basis: the leading singular vectors of the matrices of {@code flat [1, P]}, FLOAT64. */
    static RankOneBases leading(Backend backend, MemoryOwner owner, List<WeightMatrix> matrices, Tensor flat) {
        List<Factors> factors = new ArrayList<>();
        for (WeightMatrix matrix : matrices) {
            Factors own = Factors.allocate(backend, owner, matrix, 1);
            try (MemoryOwner scratch = MemoryOwner.open("singular vectors")) {
                DenseSvd svd = new DenseSvd(scratch, DType.FLOAT64, matrix.rows(), matrix.columns());
                svd.decompose(matrix.matrix(flat));
                for (int term = 0; term < own.rank(); term++) {
                    for (int row = 0; row < matrix.rows(); row++) {
                        own.left().set(svd.leftVectors().get(row, term), 0, term, row);
                    }
                    backend.copy(svd.rightVectors().slice(0, term, term + 1L), row(own.right(), term));
                }
            }
            factors.add(own);
        }
        return new RankOneBases(backend, 1, factors);
    }

    /** Many bases whose singular vectors are random: the null of the others. */
    static RankOneBases random(Backend backend, MemoryOwner owner, List<WeightMatrix> matrices, long seed, int count) {
        List<Factors> factors = new ArrayList<>();
        for (WeightMatrix matrix : matrices) {
            Factors own = Factors.allocate(backend, owner, matrix, count);
            long stream = STREAM + 2L * factors.size();
            randomise(backend, own.left(), own.rank(), new PhiloxKey(seed, stream));
            randomise(backend, own.right(), own.rank(), new PhiloxKey(seed, stream + 1));
            factors.add(own);
        }
        return new RankOneBases(backend, count, factors);
    }

    /** Rows that are orthonormal within each group of {@code rank} of them. */
    private static void randomise(Backend backend, Tensor factor, int rank, PhiloxKey key) {
        backend.normal(new PhiloxKey[] {key}, 0, 1, factor);
        int length = Math.toIntExact(factor.size(2));
        double[][] rows = new double[Math.toIntExact(factor.size(1))][length];
        for (int term = 0; term < rows.length; term++) {
            MemorySegment row = row(factor, term).segment();
            MemorySegment.copy(row, ValueLayout.JAVA_DOUBLE, 0, rows[term], 0, length);
            orthonormalise(rows, term - term % rank, term);
            MemorySegment.copy(rows[term], 0, row, ValueLayout.JAVA_DOUBLE, 0, length);
        }
    }

    /** Row {@code index} against those from {@code first} on. */
    private static void orthonormalise(double[][] rows, int first, int index) {
        // Twice is enough for orthogonality to rounding (Kahan).
        for (int pass = 0; pass < 2; pass++) {
            for (int other = first; other < index; other++) {
                add(-dot(rows[index], rows[other]), rows[other], rows[index]);
            }
        }
        double norm = Math.sqrt(dot(rows[index], rows[index]));
        add(1 / norm - 1, rows[index], rows[index]);
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    private static void add(double factor, double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] += factor * x[i];
        }
    }

    /** Of each basis. */
    int dimension() {
        return factors.stream().mapToInt(Factors::rank).sum();
    }

    /** ‖BBᵀδ‖/‖δ‖ of {@code vector [1, P]}, FLOAT64, for each basis. */
    double[] shares(Tensor vector) {
        double[] shares = new double[count];
        for (Factors own : factors) {
            own.add(backend, vector, shares);
        }
        double norm = VectorProducts.norm(backend, vector);
        for (int basis = 0; basis < count; basis++) {
            shares[basis] = Math.sqrt(shares[basis]) / norm;
        }
        return shares;
    }
}
