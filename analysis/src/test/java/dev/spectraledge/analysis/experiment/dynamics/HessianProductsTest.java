package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.gradient.GradientSource;
import dev.spectraledge.analysis.gradient.MinibatchGradients;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.linalg.DenseSymmetricEigen;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the whole Hessian of a small model, coordinate by coordinate, and that of a loss with a formula. */
class HessianProductsTest {
    private static final long STEP = 20;
    /** Largest error of a product with a unit vector, and of eigenvalues at the ends. */
    private static final double PRODUCTS = 1e-6;

    private static final double ENDS = 1e-8;
    /** Of a stencil of sixth order: its truncation is h⁶/140 of the eighth derivative of the loss, 3e-17 of it. */
    private static final double WIDE_STEP = 4e-3;

    private static final double[] STENCIL = {45.0 / 60, -9.0 / 60, 1.0 / 60};

    private final MemoryOwner owner = MemoryOwner.open("Hessian test");
    private final Backend backend = new CpuBackend();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        owner.close();
    }

    private Tensor vector(long n) {
        return Tensor.allocate(owner, DType.FLOAT64, 1, n);
    }

    /** L = Σ i·θ_i²/2 + θ_0⁴: H is diagonal, i plus 12θ_0² at the first. */
    @Test
    void productsOfALossWithAFormulaAreItsHessians() {
        GradientSource source = (number, at, gradient) -> {
            for (int i = 0; i < 4; i++) {
                gradient.set(i * at.get(0, i) + (i == 0 ? 4 * Math.pow(at.get(0, 0), 3) : 0), 0, i);
            }
        };
        HessianProducts products = new HessianProducts(backend, owner, source, 4);
        Tensor theta = vector(4);
        theta.set(2, 0, 0);
        products.at(theta, 0);
        Tensor x = vector(4);
        x.set(0.6, 0, 0);
        x.set(0.8, 0, 3);
        Tensor y = vector(4);
        double bound = products.multiply(x, y);
        assertThat(y.get(0, 0)).isCloseTo(0.6 * 48, within(bound));
        assertThat(y.get(0, 1)).isCloseTo(0, within(bound));
        assertThat(y.get(0, 3)).isCloseTo(0.8 * 3, within(bound));
        // h²/6 of the fourth derivative, 24x³, is what is taken; gradients of a length of 32 are rounded.
        assertThat(bound).isBetween(4e-8 * Math.pow(0.6, 3), 1e-8 + 4e-8 * Math.pow(0.6, 3));
    }

    /** Row i is ∂g/∂θ_i, by a difference of its own. */
    private Tensor hessian(GradientSource source, Tensor theta) {
        int n = Math.toIntExact(theta.size(1));
        Tensor hessian = Tensor.allocate(owner, DType.FLOAT64, n, n);
        Tensor point = vector(n);
        Tensor gradient = vector(n);
        for (int i = 0; i < n; i++) {
            Tensor row = hessian.slice(0, i, i + 1L);
            for (int k = 0; k < STENCIL.length; k++) {
                for (int sign = -1; sign <= 1; sign += 2) {
                    backend.copy(theta, point);
                    point.set(theta.get(0, i) + sign * (k + 1) * WIDE_STEP, 0, i);
                    source.gradient(0, point, gradient);
                    backend.axpy(sign * STENCIL[k] / WIDE_STEP, gradient, row);
                }
            }
        }
        return hessian;
    }

    @Test
    void productsAndEndsOfASmallModelAreThoseOfItsWholeHessian() {
        try (StudiedRun run = TinyTraining.write(
                        folder, List.of(STEP), "model.width=4", "model.feedForwardWidth=4", "model.layers=1");
                MinibatchGradients gradients = new MinibatchGradients(run.setup(), 0, backend, DType.FLOAT64)) {
            int n = Math.toIntExact(run.layout().size());
            Tensor theta = run.weights(owner, STEP).flat();
            Tensor hessian = hessian(gradients, theta);
            HessianProducts products = new HessianProducts(backend, owner, gradients, n);
            products.at(theta, 0);
            Tensor rows = Tensor.allocate(owner, DType.FLOAT64, 1, n, n);
            backend.copy(hessian, rows.at(0));
            Tensor expected = vector(n);
            Tensor actual = vector(n);
            for (Tensor x : RandomDirections.draw(backend, owner, 1, 5, n)) {
                backend.gramRow(rows, x, expected);
                double bound = products.multiply(x, actual);
                backend.axpy(-1, expected, actual);
                assertThat(VectorProducts.norm(backend, actual))
                        .isLessThan(PRODUCTS)
                        .isLessThan(bound);
                assertThat(bound).isLessThan(PRODUCTS);
            }
            DenseSymmetricEigen dense = new DenseSymmetricEigen(owner, DType.FLOAT64, n);
            dense.decompose(hessian);
            try (HessianEnds ends = new HessianEnds(backend, gradients, n)) {
                ends.of(theta, 0);
                requireEigenvalue(ends.eigenvalue(0), dense.values().get(0));
                requireEigenvalue(
                        ends.eigenvalue(ends.size() - 1), dense.values().get(n - 1));
            }
        }
    }

    private static void requireEigenvalue(HessianEnds.Eigenvalue actual, double expected) {
        assertThat(actual.value()).isCloseTo(expected, within(ENDS)).isCloseTo(expected, within(actual.bound()));
        assertThat(actual.bound()).isLessThan(PRODUCTS);
    }
}
