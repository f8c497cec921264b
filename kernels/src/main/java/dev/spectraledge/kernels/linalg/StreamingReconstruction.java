package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import java.util.Arrays;

/**
 * From the sketches of {@link StreamingSvd} to the approximation Â = Q C Pᵀ (Tropp, Yurtsever, Udell and Cevher 2019,
 * section 4): Q and P are orthonormal bases of the ranges of Y and Xᵀ, and C = (ΦQ)†·Z·((ΨP)†)ᵀ. P is never formed: with
 * the eigenvectors of XXᵀ = EΛEᵀ it is XᵀM for M = EΛ^(−½).
 *
 * <p>Error: since ΘÂ = D·X with D = ΘQ·C·Mᵀ, the error sketch Θ(A − Â) is a combination of the stored rows of ΘA and X,
 * and its norm a quadratic form of their Gram matrix; no pass over them is needed (ours).
 */
final class StreamingReconstruction {
    /** Directions of X below this part of the largest eigenvalue of XXᵀ are rounding of its rows. */
    private static final double NEGLIGIBLE_EIGENVALUE = 1e-12;

    private final StreamingSvd.Parameters parameters;
    private final int rows;
    private final PhiloxKey coreRowKey;
    private final PhiloxKey errorKey;

    StreamingReconstruction(StreamingSvd.Parameters parameters, int rows, PhiloxKey coreRowKey, PhiloxKey errorKey) {
        this.parameters = parameters;
        this.rows = rows;
        this.coreRowKey = coreRowKey;
        this.errorKey = errorKey;
    }

    /**
     * @param range Y, of which the first T rows are used
     * @param core Z
     * @param gram Gram matrix of the rows of X and, below them, of ΘA
     * @param sketchedCoRange ΨXᵀ, {@code [s, k]}
     * @param squaredNorm ‖A‖_F²
     */
    StreamingSpectrum reconstruct(
            Tensor range, Tensor core, Tensor gram, double[][] sketchedCoRange, double squaredNorm) {
        double[][] q = rangeBasis(range);
        double[][] products = DoubleMatrices.array(gram);
        double[][] m = coRangeCoefficients(products);
        if (m[0].length == 0) {
            return StreamingSpectrum.ofZero(rows, parameters.rangeRows());
        }
        double[][] left = DoubleMatrices.pseudoInverse(sketched(coreRowKey, parameters.coreRows(), q));
        double[][] right = DoubleMatrices.pseudoInverse(DoubleMatrices.multiply(sketchedCoRange, m));
        double[][] c = DoubleMatrices.multiply(
                DoubleMatrices.multiply(left, DoubleMatrices.array(core)), DoubleMatrices.transpose(right));
        try (MemoryOwner scratch = MemoryOwner.open("core of a streaming decomposition")) {
            DenseSvd svd = new DenseSvd(scratch, DType.FLOAT64, c.length, c[0].length);
            svd.decompose(DoubleMatrices.tensor(scratch, c));
            double[] values = new double[(int) svd.singularValues().size(0)];
            for (int index = 0; index < values.length; index++) {
                values[index] = svd.singularValues().get(index);
            }
            double[][] coreLeft = DoubleMatrices.array(svd.leftVectors());
            double[][] leftVectors = DoubleMatrices.multiply(q, coreLeft);
            // Row j holds the coefficients of v_j in the rows of X.
            double[][] combinations =
                    DoubleMatrices.multiply(DoubleMatrices.array(svd.rightVectors()), DoubleMatrices.transpose(m));
            double[][] sketchedLeft = DoubleMatrices.multiply(sketched(errorKey, parameters.errorRows(), q), coreLeft);
            double[] errors = errors(values, sketchedLeft, combinations, products);
            return new StreamingSpectrum(
                    rows, parameters.errorRows(), values, leftVectors, combinations, errors, squaredNorm);
        }
    }

    /** Q: T × min(T, k), orthonormal columns whose span holds the range of Y. */
    private double[][] rangeBasis(Tensor range) {
        int columns = (int) range.size(1);
        if (rows <= columns) {
            double[][] identity = new double[rows][rows];
            for (int row = 0; row < rows; row++) {
                identity[row][row] = 1;
            }
            return identity;
        }
        try (MemoryOwner scratch = MemoryOwner.open("range of a streaming decomposition")) {
            Tensor basis = DoubleMatrices.tensor(scratch, DoubleMatrices.array(range.slice(0, 0, rows)));
            new DenseQr(scratch, DType.FLOAT64, rows, columns).factor(basis);
            return DoubleMatrices.array(basis);
        }
    }

    /** M: k × k′ with P = XᵀM orthonormal. */
    private double[][] coRangeCoefficients(double[][] products) {
        int k = parameters.rangeRows();
        try (MemoryOwner scratch = MemoryOwner.open("co-range of a streaming decomposition")) {
            double[][] ofCoRange = new double[k][];
            for (int row = 0; row < k; row++) {
                ofCoRange[row] = Arrays.copyOf(products[row], k);
            }
            DenseSymmetricEigen eigen = new DenseSymmetricEigen(scratch, DType.FLOAT64, k);
            eigen.decompose(DoubleMatrices.tensor(scratch, ofCoRange));
            double smallest = eigen.values().get(0) * NEGLIGIBLE_EIGENVALUE;
            int kept = 0;
            while (kept < k && eigen.values().get(kept) > smallest) {
                kept++;
            }
            double[][] m = new double[k][kept];
            for (int index = 0; index < kept; index++) {
                double scale = 1 / Math.sqrt(eigen.values().get(index));
                for (int row = 0; row < k; row++) {
                    m[row][index] = eigen.vectors().get(index, row) * scale;
                }
            }
            return m;
        }
    }

    /** G·Q for the Gaussian map G of {@code size} rows whose columns the stream drew row by row. */
    private double[][] sketched(PhiloxKey key, int size, double[][] q) {
        double[][] product = new double[size][q[0].length];
        double[] normals = new double[size];
        int[] words = new int[Philox.WORDS];
        for (int row = 0; row < rows; row++) {
            Philox.normals(key, (long) row * size, normals, size, words);
            for (int index = 0; index < size; index++) {
                for (int column = 0; column < q[0].length; column++) {
                    product[index][column] += normals[index] * q[row][column];
                }
            }
        }
        return product;
    }

    /** Estimates of ‖A − Â_ρ‖_F for ρ = 0, 1, …, all. */
    private double[] errors(double[] values, double[][] sketchedLeft, double[][] combinations, double[][] products) {
        int k = parameters.rangeRows();
        int q = parameters.errorRows();
        double[][] residual = new double[q][k + q];
        for (int row = 0; row < q; row++) {
            residual[row][k + row] = 1;
        }
        double[] errors = new double[values.length + 1];
        for (int rank = 0; rank <= values.length; rank++) {
            if (rank > 0) {
                for (int row = 0; row < q; row++) {
                    double factor = sketchedLeft[row][rank - 1] * values[rank - 1];
                    for (int column = 0; column < k; column++) {
                        residual[row][column] -= factor * combinations[rank - 1][column];
                    }
                }
            }
            double[][] images = DoubleMatrices.multiply(residual, products);
            double sum = 0;
            for (int row = 0; row < q; row++) {
                for (int column = 0; column < k + q; column++) {
                    sum += images[row][column] * residual[row][column];
                }
            }
            errors[rank] = Math.sqrt(Math.max(sum, 0) / q);
        }
        return errors;
    }
}
