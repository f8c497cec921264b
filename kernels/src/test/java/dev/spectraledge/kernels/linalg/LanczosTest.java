package dev.spectraledge.kernels.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against LAPACK on matrices whose spectrum is known. */
class LanczosTest {
    private static final int STEPS = 60;
    /** What LAPACK is asked for beside: the ends. */
    private static final double AT_ENDS = 1e-8;
    /** Of a product with a matrix of norm 1: what {@link Backend#gramRow} may be off by, in a Frobenius norm. */
    private static final double PRODUCT = 0x1p-45;

    private final MemoryOwner owner = MemoryOwner.open("Lanczos test");
    private final Backend backend = new CpuBackend();

    @AfterEach
    void close() {
        owner.close();
    }

    /** A dense symmetric matrix with these eigenvalues. */
    private Tensor matrix(double... eigenvalues) {
        int n = eigenvalues.length;
        double[][] basis = TestMatrices.orthonormalRows(n, n, new Random(1));
        Tensor matrix = Tensor.allocate(owner, DType.FLOAT64, n, n);
        for (int row = 0; row < n; row++) {
            for (int column = row; column < n; column++) {
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    sum += basis[k][row] * eigenvalues[k] * basis[k][column];
                }
                matrix.set(sum, row, column);
                matrix.set(sum, column, row);
            }
        }
        return matrix;
    }

    private static double frobenius(Tensor matrix) {
        double sum = 0;
        for (int row = 0; row < matrix.size(0); row++) {
            for (int column = 0; column < matrix.size(1); column++) {
                sum += matrix.get(row, column) * matrix.get(row, column);
            }
        }
        return Math.sqrt(sum);
    }

    private Lanczos.Operator operator(Tensor matrix) {
        long n = matrix.size(0);
        Tensor window = matrix.slice(0, 0, n);
        Tensor rows = Tensor.allocate(owner, DType.FLOAT64, 1, n, n);
        backend.copy(window, rows.at(0));
        double error = PRODUCT * frobenius(matrix);
        return (x, y) -> {
            backend.gramRow(rows, x, y);
            return error;
        };
    }

    private Tensor random(long n, long seed) {
        Tensor start = Tensor.allocate(owner, DType.FLOAT64, 1, n);
        backend.normal(new PhiloxKey[] {new PhiloxKey(seed, 0)}, 0, 1, start);
        return start;
    }

    /** Many eigenvalues in between, a few beyond them on both sides. */
    private static double[] spectrum(int n) {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = -1 + 2.0 * i / (n - 1);
        }
        values[0] = -3;
        values[1] = -2.5;
        values[n - 2] = 4;
        values[n - 1] = 5;
        return values;
    }

    /** The largest first. */
    private double[] byLapack(Tensor matrix) {
        int n = (int) matrix.size(0);
        DenseSymmetricEigen dense = new DenseSymmetricEigen(owner, DType.FLOAT64, n);
        dense.decompose(matrix);
        double[] values = new double[n];
        Arrays.setAll(values, i -> dense.values().get(i));
        return values;
    }

    private static double distance(double value, double[] eigenvalues) {
        return Arrays.stream(eigenvalues)
                .map(eigenvalue -> Math.abs(eigenvalue - value))
                .min()
                .orElseThrow();
    }

    private void requireBounds(Lanczos lanczos, double[] eigenvalues) {
        for (int i = 0; i < lanczos.size(); i++) {
            assertThat(distance(lanczos.value(i), eigenvalues)).isLessThanOrEqualTo(lanczos.bound(i));
        }
    }

    @Test
    void theEndsAreThoseOfLapack() {
        int n = 300;
        Tensor matrix = matrix(spectrum(n));
        double[] expected = byLapack(matrix);
        try (Lanczos lanczos = new Lanczos(backend, n, STEPS)) {
            lanczos.run(operator(matrix), random(n, 7));
            assertThat(lanczos.size()).isEqualTo(STEPS);
            assertThat(lanczos.isInvariant()).isFalse();
            for (int i = 0; i < 2; i++) {
                assertThat(lanczos.value(i)).isCloseTo(expected[i], within(AT_ENDS));
                assertThat(lanczos.value(STEPS - 1 - i)).isCloseTo(expected[n - 1 - i], within(AT_ENDS));
                assertThat(lanczos.bound(i)).isLessThan(1e-4);
                assertThat(lanczos.bound(STEPS - 1 - i)).isLessThan(1e-4);
            }
            requireBounds(lanczos, expected);
            // Those within are not there yet, and it is said.
            assertThat(lanczos.bound(STEPS / 2)).isGreaterThan(1e-4);
        }
    }

    @Test
    void theBoundIsThatOfTheResidual() {
        int n = 100;
        Tensor matrix = matrix(spectrum(n));
        Lanczos.Operator operator = operator(matrix);
        Tensor vector = Tensor.allocate(owner, DType.FLOAT64, 1, n);
        Tensor residual = Tensor.allocate(owner, DType.FLOAT64, 1, n);
        try (Lanczos lanczos = new Lanczos(backend, n, 30)) {
            lanczos.run(operator, random(n, 3));
            for (int i = 0; i < lanczos.size(); i++) {
                lanczos.vector(i, vector);
                assertThat(norm(vector)).isCloseTo(1, within(1e-13));
                operator.apply(vector, residual);
                backend.axpy(-lanczos.value(i), vector, residual);
                double found = norm(residual);
                double rounding = n * PRODUCT * frobenius(matrix);
                assertThat(found).isLessThanOrEqualTo(lanczos.bound(i) + rounding);
                assertThat(lanczos.bound(i)).isLessThanOrEqualTo(1.01 * found + 10 * rounding);
            }
        }
    }

    private double norm(Tensor vector) {
        Tensor square = Tensor.allocate(owner, DType.FLOAT64, 1);
        backend.sumOfSquares(vector, square);
        return Math.sqrt(square.get(0));
    }

    @Test
    void aSmallMatrixIsDecomposedWhole() {
        double[] eigenvalues = {-4, -1, 0.001, 0.5, 2, 3, 3.5, 10};
        Tensor matrix = matrix(eigenvalues);
        try (Lanczos lanczos = new Lanczos(backend, eigenvalues.length, STEPS)) {
            lanczos.run(operator(matrix), random(eigenvalues.length, 5));
            assertThat(lanczos.size()).isEqualTo(eigenvalues.length);
            double[] expected = byLapack(matrix);
            for (int i = 0; i < expected.length; i++) {
                assertThat(lanczos.value(i)).isCloseTo(expected[i], within(1e-12));
                assertThat(lanczos.bound(i)).isLessThan(1e-10);
            }
            requireBounds(lanczos, expected);
        }
    }

    @Test
    void itEndsInAnInvariantSubspace() {
        int n = 50;
        Tensor diagonal = Tensor.allocate(owner, DType.FLOAT64, n, n);
        for (int i = 0; i < n; i++) {
            diagonal.set(i, i, i);
        }
        Tensor start = Tensor.allocate(owner, DType.FLOAT64, 1, n);
        for (int i : new int[] {3, 17, 40}) {
            start.set(1 + i, 0, i);
        }
        try (Lanczos lanczos = new Lanczos(backend, n, STEPS)) {
            lanczos.run(operator(diagonal), start);
            assertThat(lanczos.isInvariant()).isTrue();
            assertThat(lanczos.size()).isEqualTo(3);
            assertThat(lanczos.value(0)).isCloseTo(40, within(1e-12));
            assertThat(lanczos.value(1)).isCloseTo(17, within(1e-12));
            assertThat(lanczos.value(2)).isCloseTo(3, within(1e-12));
            assertThat(lanczos.bound(0)).isLessThan(1e-10);
        }
    }

    @Test
    void anEigenvalueIsFoundOnceHoweverOftenItIsThere() {
        double[] eigenvalues = new double[40];
        Arrays.fill(eigenvalues, 0, 20, -1);
        Arrays.fill(eigenvalues, 20, 40, 2);
        try (Lanczos lanczos = new Lanczos(backend, 40, STEPS)) {
            lanczos.run(operator(matrix(eigenvalues)), random(40, 9));
            assertThat(lanczos.value(0)).isCloseTo(2, within(1e-10));
            assertThat(lanczos.value(lanczos.size() - 1)).isCloseTo(-1, within(1e-10));
            requireBounds(lanczos, eigenvalues);
        }
    }

    @Test
    void nothingIsAnEigenvalueToo() {
        Tensor zero = Tensor.allocate(owner, DType.FLOAT64, 5, 5);
        try (Lanczos lanczos = new Lanczos(backend, 5, STEPS)) {
            lanczos.run(operator(zero), random(5, 9));
            assertThat(lanczos.size()).isEqualTo(1);
            assertThat(lanczos.isInvariant()).isTrue();
            assertThat(lanczos.value(0)).isZero();
        }
    }

    /** Products that are off, and so are no longer those of any symmetric matrix. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-10, 1e-4, 1e-2})
    void theBoundHoldsWhatProductsAreOffBy(double error) {
        int n = 100;
        Tensor matrix = matrix(spectrum(n));
        Lanczos.Operator exact = operator(matrix);
        long[] products = {0};
        Lanczos.Operator disturbed = (x, y) -> {
            double rounding = exact.apply(x, y);
            Tensor noise = random(n, 1000 + products[0]++);
            backend.axpy(error / norm(noise), noise, y);
            return error + rounding;
        };
        try (Lanczos lanczos = new Lanczos(backend, n, STEPS)) {
            lanczos.run(disturbed, random(n, 7));
            requireBounds(lanczos, byLapack(matrix));
            assertThat(lanczos.value(0)).isCloseTo(5, within(lanczos.bound(0)));
            assertThat(lanczos.bound(0)).isLessThan(1e-8 + 20 * error);
        }
    }

    @Test
    @Tag("garbage")
    void aRunAllocatesNothing() {
        int n = 64;
        Lanczos.Operator operator = operator(matrix(spectrum(n)));
        Tensor start = random(n, 7);
        try (Lanczos lanczos = new Lanczos(backend, n, 6)) {
            assertThat(Allocations.bytesPerCall(() -> lanczos.run(operator, start)))
                    .isLessThan(1);
        }
    }

    @Test
    void whatCannotBeDecomposedIsSaid() {
        Tensor zero = Tensor.allocate(owner, DType.FLOAT64, 1, 5);
        assertThatThrownBy(() -> new Lanczos(backend, 5, 0))
                .hasMessageContaining("steps must be 1 to " + SymmetricEigen.MAXIMUM_ORDER);
        assertThatThrownBy(() -> new Lanczos(backend, 0, 5)).hasMessageContaining("at least one element");
        try (Lanczos lanczos = new Lanczos(backend, 5, 3)) {
            assertThatThrownBy(() -> lanczos.run((x, y) -> 0, zero)).hasMessageContaining("neither 0 nor infinite");
            assertThatThrownBy(() -> lanczos.run(
                            (x, y) -> {
                                backend.fill(y, Double.NaN);
                                return 0;
                            },
                            random(5, 1)))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessage("product 1 of an operator is not finite");
        }
    }
}
