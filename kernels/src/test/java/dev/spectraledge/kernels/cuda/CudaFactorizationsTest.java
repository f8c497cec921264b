package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.LapackRatios;
import dev.spectraledge.kernels.linalg.TestMatrices;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link CudaQr}, {@link CudaSvd} and {@link CudaSymmetricEigen} on a device. */
class CudaFactorizationsTest {
    private static TestDevice device;

    @BeforeAll
    static void start() {
        device = TestDevice.start(ProductPrecision.FP32);
    }

    @AfterAll
    static void stop() {
        if (device != null) {
            device.close();
        }
    }

    private static CudaBackend backend() {
        return device.backend();
    }

    private static Tensor onDevice(MemoryOwner owner, DType type, double[][] matrix) {
        Tensor host = TestMatrices.tensor(owner, type, matrix);
        Tensor device = backend().allocate(owner, type, host.shape());
        backend().copy(host, device);
        return device;
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 40, 40", "FLOAT64, 40, 40", "FLOAT32, 100, 17", "FLOAT64, 5, 1"})
    void qr(DType type, int rows, int columns) {
        try (MemoryOwner owner = MemoryOwner.open("qr test")) {
            Tensor matrix = onDevice(owner, type, TestMatrices.gaussian(rows, columns, 1));
            double[][] a = TestMatrices.arrays(matrix);
            CudaQr factorization = new CudaQr(backend(), owner, type, rows, columns);
            factorization.factor(matrix);
            LapackRatios.qr(a, TestMatrices.arrays(matrix), TestMatrices.arrays(factorization.triangle()), type);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 30, 30", "FLOAT64, 30, 30", "FLOAT32, 10, 70", "FLOAT64, 70, 10", "FLOAT64, 1, 7"})
    void svd(DType type, int rows, int columns) {
        try (MemoryOwner owner = MemoryOwner.open("svd test")) {
            Tensor matrix = onDevice(owner, type, TestMatrices.gaussian(rows, columns, 2));
            double[][] a = TestMatrices.arrays(matrix);
            CudaSvd svd = new CudaSvd(backend(), owner, type, rows, columns);
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
    @CsvSource({"FLOAT32, 1, 25", "FLOAT64, 3, 25", "FLOAT64, 1, 60", "FLOAT32, 4, 1"})
    void symmetricEigen(DType type, int runs, int order) {
        try (MemoryOwner owner = MemoryOwner.open("eigen test")) {
            Tensor matrices = backend().allocate(owner, type, runs, order, order);
            for (int run = 0; run < runs; run++) {
                Tensor host = TestMatrices.tensor(owner, type, TestMatrices.symmetric(order, 3 + run));
                backend().copy(host, matrices.at(run));
            }
            CudaSymmetricEigen eigen = new CudaSymmetricEigen(backend(), owner, type, runs, order);
            eigen.decompose(matrices);
            for (int run = 0; run < runs; run++) {
                LapackRatios.symmetricEigen(
                        TestMatrices.arrays(matrices.at(run)),
                        TestMatrices.array(eigen.values().at(run)),
                        TestMatrices.arrays(eigen.vectors().at(run)),
                        type);
            }
        }
    }

    @Test
    void refusesOtherShapesAndTypes() {
        try (MemoryOwner owner = MemoryOwner.open("refusal test")) {
            CudaSvd svd = new CudaSvd(backend(), owner, DType.FLOAT64, 3, 4);
            assertThatThrownBy(() -> svd.decompose(backend().allocate(owner, DType.FLOAT64, 4, 3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[3, 4]");
            assertThatThrownBy(() -> svd.decompose(backend().allocate(owner, DType.FLOAT32, 3, 4)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> svd.decompose(Tensor.allocate(owner, DType.FLOAT64, 3, 4)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("host memory");
            assertThatThrownBy(() -> new CudaQr(backend(), owner, DType.FLOAT32, 3, 4))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new CudaSymmetricEigen(backend(), owner, DType.INT32, 1, 3))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void matricesThatAreNotFiniteAreReportedOrGiveNoNumbers() {
        try (MemoryOwner owner = MemoryOwner.open("not finite")) {
            Tensor matrix = backend().allocate(owner, DType.FLOAT64, 3, 3);
            backend().fill(matrix, Double.NaN);
            CudaSvd svd = new CudaSvd(backend(), owner, DType.FLOAT64, 3, 3);
            boolean finite;
            try {
                svd.decompose(matrix);
                finite = Double.isFinite(svd.singularValues().get(0));
            } catch (ArithmeticException e) {
                finite = false;
            }

            assertThat(finite).isFalse();
        }
    }
}
