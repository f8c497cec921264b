package dev.spectraledge.kernels.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.DType;

/** Factorisations held to the test ratios of LAPACK's own suite, whichever library computed them. */
public final class LapackRatios {
    /** LAPACK's threshold for ‖error‖₁/(‖A‖₁·dimension·ε). */
    private static final double THRESHOLD = 30;

    private LapackRatios() {}

    /** A = Q R. */
    public static void qr(double[][] a, double[][] q, double[][] r, DType type) {
        for (int row = 0; row < r.length; row++) {
            for (int column = 0; column < row; column++) {
                assertThat(r[row][column]).isZero();
            }
        }
        assertRatio("A − QR", difference(a, DoubleMatrices.multiply(q, r)), norm(a), a.length, type);
        assertOrthonormalColumns(q, type);
    }

    /** A = U diag(values) Vᵀ, {@code right} being Vᵀ. */
    public static void svd(double[][] a, double[][] left, double[] values, double[][] right, DType type) {
        assertThat(values).isSortedAccordingTo((x, y) -> Double.compare(y, x));
        int dimension = Math.max(a.length, a[0].length);
        double[][] product = DoubleMatrices.multiply(left, scaledRows(values, right));
        assertRatio("A − USVᵀ", difference(a, product), norm(a), dimension, type);
        assertOrthonormalColumns(left, type);
        assertOrthonormalColumns(DoubleMatrices.transpose(right), type);
    }

    /** A = V diag(values) Vᵀ, row j of {@code vectors} being the vector of value j. */
    public static void symmetricEigen(double[][] a, double[] values, double[][] vectors, DType type) {
        assertThat(values).isSortedAccordingTo((x, y) -> Double.compare(y, x));
        double[][] columns = DoubleMatrices.transpose(vectors);
        double[][] product = DoubleMatrices.multiply(columns, scaledRows(values, vectors));
        assertRatio("A − VΛVᵀ", difference(a, product), norm(a), a.length, type);
        assertOrthonormalColumns(columns, type);
    }

    private static double[][] scaledRows(double[] factors, double[][] matrix) {
        double[][] scaled = new double[factors.length][matrix[0].length];
        for (int row = 0; row < factors.length; row++) {
            for (int column = 0; column < scaled[row].length; column++) {
                scaled[row][column] = factors[row] * matrix[row][column];
            }
        }
        return scaled;
    }

    private static void assertOrthonormalColumns(double[][] q, DType type) {
        double[][] product = DoubleMatrices.multiply(DoubleMatrices.transpose(q), q);
        for (int index = 0; index < product.length; index++) {
            product[index][index] -= 1;
        }
        assertRatio("I − QᵀQ", norm(product), 1, q.length, type);
    }

    private static void assertRatio(String name, double error, double norm, int dimension, DType type) {
        double ratio = error / (norm * dimension * (type == DType.FLOAT32 ? 0x1p-23 : 0x1p-52));
        assertThat(ratio).as(name).isLessThan(THRESHOLD);
    }

    private static double difference(double[][] a, double[][] b) {
        double[][] difference = new double[a.length][a[0].length];
        for (int row = 0; row < a.length; row++) {
            for (int column = 0; column < a[0].length; column++) {
                difference[row][column] = a[row][column] - b[row][column];
            }
        }
        return norm(difference);
    }

    /** Largest sum of magnitudes in a column. */
    private static double norm(double[][] a) {
        double largest = 0;
        for (int column = 0; column < a[0].length; column++) {
            double sum = 0;
            for (double[] row : a) {
                sum += Math.abs(row[column]);
            }
            largest = Math.max(largest, sum);
        }
        return largest;
    }
}
