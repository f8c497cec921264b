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
    @ParameterizedTest
    @CsvSource({"FLOAT32, 40, 40", "FLOAT64, 40, 40", "FLOAT32, 300, 17", "FLOAT64, 300, 17", "FLOAT64, 5, 1"})
    void qr(DType type, int rows, int columns) {
        try (MemoryOwner owner = MemoryOwner.open("qr test")) {
            Tensor matrix = TestMatrices.tensor(owner, type, TestMatrices.gaussian(rows, columns, 1));
            double[][] a = TestMatrices.arrays(matrix);
            DenseQr factorization = new DenseQr(owner, type, rows, columns);
            factorization.factor(matrix);
            LapackRatios.qr(a, TestMatrices.arrays(matrix), TestMatrices.arrays(factorization.triangle()), type);
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
            LapackRatios.svd(
                    a,
                    TestMatrices.arrays(svd.leftVectors()),
                    TestMatrices.array(svd.singularValues()),
                    TestMatrices.arrays(svd.rightVectors()),
                    type);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 25", "FLOAT64, 25", "FLOAT64, 100", "FLOAT32, 1"})
    void symmetricEigen(DType type, int order) {
        double[][] symmetric = TestMatrices.symmetric(order, 3);
        try (MemoryOwner owner = MemoryOwner.open("eigen test")) {
            Tensor matrix = TestMatrices.tensor(owner, type, symmetric);
            double[][] a = TestMatrices.arrays(matrix);
            DenseSymmetricEigen eigen = new DenseSymmetricEigen(owner, type, order);
            eigen.decompose(matrix);
            LapackRatios.symmetricEigen(
                    a, TestMatrices.array(eigen.values()), TestMatrices.arrays(eigen.vectors()), type);
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
}
