package dev.spectraledge.kernels.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link DenseQr}, {@link DenseSvd} and {@link DenseSymmetricEigen} by the test ratios of LAPACK's own suite. */
class DenseFactorizationTest {
    /** LAPACK's threshold for ‖error‖₁/(‖A‖₁·dimension·ε). */
    private static final double THRESHOLD = 30;

    @ParameterizedTest
    @CsvSource({"FLOAT32, 40, 40", "FLOAT64, 40, 40", "FLOAT32, 300, 17", "FLOAT64, 300, 17", "FLOAT64, 5, 1"})
    void qr(DType type, int rows, int columns) {
        try (MemoryOwner owner = MemoryOwner.open("qr test")) {
            Tensor matrix = TestMatrices.tensor(owner, type, TestMatrices.gaussian(rows, columns, 1));
            double[][] a = TestMatrices.arrays(matrix);
            DenseQr factorization = new DenseQr(owner, type, rows, columns);
            factorization.factor(matrix);
            double[][] q = TestMatrices.arrays(matrix);
            double[][] r = TestMatrices.arrays(factorization.triangle());
            for (int row = 0; row < columns; row++) {
                for (int column = 0; column < row; column++) {
                    assertThat(r[row][column]).isZero();
                }
            }
            assertRatio("A − QR", difference(a, DoubleMatrices.multiply(q, r)), norm(a), rows, type);
            assertOrthonormalColumns(q, type);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 30, 30", "FLOAT64, 30, 30", "FLOAT32, 10, 200", "FLOAT64, 200, 10", "FLOAT64, 1, 7"})
    void svd(DType type, int rows, int columns) {
        try (MemoryOwner owner = MemoryOwner.open("svd test")) {
            Tensor matrix = TestMatrices.tensor(owner, type, TestMatrices.gaussian(rows, columns, 2));
            double[][] a = TestMatrices.arrays(matrix);
            DenseSvd svd = new DenseSvd(owner, type, rows, columns);
            svd.decompose(matrix);
            assertThat(TestMatrices.arrays(matrix)).isDeepEqualTo(a);
            double[] values = TestMatrices.array(svd.singularValues());
            assertThat(values).isSortedAccordingTo((x, y) -> Double.compare(y, x));
            double[][] left = TestMatrices.arrays(svd.leftVectors());
            double[][] right = TestMatrices.arrays(svd.rightVectors());
            double[][] scaled = new double[values.length][columns];
            for (int index = 0; index < values.length; index++) {
                for (int column = 0; column < columns; column++) {
                    scaled[index][column] = values[index] * right[index][column];
                }
            }
            int dimension = Math.max(rows, columns);
            assertRatio("A − USVᵀ", difference(a, DoubleMatrices.multiply(left, scaled)), norm(a), dimension, type);
            assertOrthonormalColumns(left, type);
            assertOrthonormalColumns(DoubleMatrices.transpose(right), type);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 25", "FLOAT64, 25", "FLOAT64, 100", "FLOAT32, 1"})
    void symmetricEigen(DType type, int order) {
        double[][] gaussian = TestMatrices.gaussian(order, order, 3);
        double[][] symmetric = new double[order][order];
        for (int row = 0; row < order; row++) {
            for (int column = 0; column < order; column++) {
                symmetric[row][column] = gaussian[row][column] + gaussian[column][row];
            }
        }
        try (MemoryOwner owner = MemoryOwner.open("eigen test")) {
            Tensor matrix = TestMatrices.tensor(owner, type, symmetric);
            double[][] a = TestMatrices.arrays(matrix);
            DenseSymmetricEigen eigen = new DenseSymmetricEigen(owner, type, order);
            eigen.decompose(matrix);
            double[] values = TestMatrices.array(eigen.values());
            assertThat(values).isSortedAccordingTo((x, y) -> Double.compare(y, x));
            double[][] vectors = TestMatrices.arrays(eigen.vectors());
            double[][] scaled = new double[order][order];
            for (int index = 0; index < order; index++) {
                for (int column = 0; column < order; column++) {
                    scaled[index][column] = values[index] * vectors[index][column];
                }
            }
            double[][] product = DoubleMatrices.multiply(DoubleMatrices.transpose(vectors), scaled);
            assertRatio("A − VΛVᵀ", difference(a, product), norm(a), order, type);
            assertOrthonormalColumns(DoubleMatrices.transpose(vectors), type);
        }
    }

    @Tag("garbage")
    @Test
    void factorizationsAllocateNothing() {
        try (MemoryOwner owner = MemoryOwner.open("allocation test")) {
            Tensor matrix = TestMatrices.tensor(owner, DType.FLOAT64, TestMatrices.gaussian(6, 6, 4));
            Tensor copy = TestMatrices.tensor(owner, DType.FLOAT64, TestMatrices.gaussian(6, 6, 4));
            DenseQr qr = new DenseQr(owner, DType.FLOAT64, 6, 6);
            DenseSvd svd = new DenseSvd(owner, DType.FLOAT64, 6, 6);
            DenseSymmetricEigen eigen = new DenseSymmetricEigen(owner, DType.FLOAT64, 6);
            assertThat(Allocations.bytesPerCall(() -> {
                        svd.decompose(matrix);
                        eigen.decompose(matrix);
                        qr.factor(copy);
                    }))
                    .isLessThan(1);
        }
    }

    @Test
    void refusesOtherShapesAndTypes() {
        try (MemoryOwner owner = MemoryOwner.open("refusal test")) {
            DenseSvd svd = new DenseSvd(owner, DType.FLOAT64, 3, 4);
            assertThatThrownBy(() -> svd.decompose(Tensor.allocate(owner, DType.FLOAT64, 4, 3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[3, 4]");
            assertThatThrownBy(() -> svd.decompose(Tensor.allocate(owner, DType.FLOAT32, 3, 4)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new DenseQr(owner, DType.FLOAT32, 3, 4))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new DenseSymmetricEigen(owner, DType.INT32, 3))
                    .isInstanceOf(IllegalArgumentException.class);
        }
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
