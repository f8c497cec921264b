package dev.spectraledge.analysis.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On losses ½θᵀHθ whose Hessian differs from batch to batch, so that δ = η²(H_B H_A − H_A H_B)θ. */
class CommutatorDefectTest {
    /** δ is a difference of gradients that agree to about η: that many digits are lost. */
    private static final double ROUNDING = 1e-9;

    private static final double RATE = 1e-3;

    private final MemoryOwner owner = MemoryOwner.open("commutator defect test");
    private final Backend backend = new CpuBackend();

    @AfterEach
    void close() {
        owner.close();
    }

    private Tensor point(DType type, double x, double y) {
        Tensor point = backend.allocate(owner, type, 1, 2);
        point.set(x, 0, 0);
        point.set(y, 0, 1);
        return point;
    }

    private CommutatorDefect of(double[][]... hessians) {
        return new CommutatorDefect(backend, owner, quadratic(hessians), 2);
    }

    private static GradientSource quadratic(double[][]... hessians) {
        return (number, at, gradient) -> {
            double[][] hessian = hessians[(int) number];
            for (int row = 0; row < 2; row++) {
                gradient.set(hessian[row][0] * at.get(0, 0) + hessian[row][1] * at.get(0, 1), 0, row);
            }
        };
    }

    @Test
    void hessiansThatCommuteHaveNoDefect() {
        CommutatorDefect.Value value = of(new double[][] {{2, 0}, {0, 3}}, new double[][] {{5, 0}, {0, 1}})
                .measure(point(DType.FLOAT64, 1, 1), 0, 1);
        assertThat(value.scaled()).isLessThan(ROUNDING);
        assertThat(value.relative()).isLessThan(ROUNDING);
        assertThat(value.curvature()).isLessThan(ROUNDING);
    }

    @Test
    void hessiansThatDoNotCommuteHaveTheirs() {
        // A = diag(1, 0), B exchanges the axes: BAθ = (0, x), ABθ = (y, 0).
        CommutatorDefect.Value value = of(new double[][] {{1, 0}, {0, 0}}, new double[][] {{0, 1}, {1, 0}})
                .measure(point(DType.FLOAT64, 3, 4), 0, 1);
        assertThat(value.scaled()).isCloseTo(5.0 / (3 * 5), within(1e-5));
        assertThat(value.relative()).isCloseTo(5.0 / (3 + 4), within(ROUNDING));
        assertThat(value.gradientNorm()).isCloseTo(Math.sqrt(15), within(ROUNDING));
        assertThat(value.cosine()).isCloseTo(4.0 / 5, within(ROUNDING));
    }

    @Test
    void onlyThePublishedFormGrowsWhereGradientsVanish() {
        CommutatorDefect defect = of(new double[][] {{1, 0}, {0, 0}}, new double[][] {{0, 1}, {1, 0}});
        CommutatorDefect.Value far = defect.measure(point(DType.FLOAT64, 300, 400), 0, 1);
        CommutatorDefect.Value near = defect.measure(point(DType.FLOAT64, 3, 4), 0, 1);
        assertThat(near.scaled() / far.scaled()).isCloseTo(100, within(0.01));
        assertThat(near.curvature()).isCloseTo(far.curvature(), within(ROUNDING));
        assertThat(near.relative()).isCloseTo(far.relative(), within(ROUNDING));
    }

    /** Losses a·½h‖θ‖² and b·½h‖θ‖²: their steps commute exactly. */
    @Test
    void inSinglePrecisionStepsThatCommuteHaveADefectOfRounding() {
        int size = 10_000;
        double[] factors = {1, 0.7};
        double curvature = 0.05;
        Tensor theta = backend.allocate(owner, DType.FLOAT64, 1, size);
        backend.normal(new PhiloxKey[] {new PhiloxKey(7, 1)}, 0, 1, theta);
        Tensor single = backend.allocate(owner, DType.FLOAT32, 1, size);
        backend.copy(theta, single);
        backend.copy(single, theta);
        GradientSource source = (number, at, gradient) -> {
            backend.copy(at, gradient);
            backend.scale(factors[(int) number] * curvature, gradient);
        };
        double published = new SinglePrecisionDefect(backend, owner, source, size).measure(theta, 0, 1);
        CommutatorDefect.Value exact = new CommutatorDefect(backend, owner, source, size).measure(theta, 0, 1);
        assertThat(exact.scaled()).isLessThan(ROUNDING);
        // Some hundred bits that change or not: 1/√300 of their number, with a factor of three.
        assertThat(published).isCloseTo(exact.rounding(), within(3 * exact.rounding() / Math.sqrt(300)));
        assertThat(published).isGreaterThan(1e5 * exact.scaled());
    }

    @Test
    void inSinglePrecisionALargeDefectIsItself() {
        GradientSource source = quadratic(new double[][] {{1, 0}, {0, 0}}, new double[][] {{0, 1}, {1, 0}});
        double published =
                new SinglePrecisionDefect(backend, owner, source, 2).measure(point(DType.FLOAT64, 3, 4), 0, 1);
        // Four roundings of numbers of about 4 against η²·15.
        double rounding = 4 * Math.ulp(4f) / (RATE * RATE * 15);
        assertThat(published).isCloseTo(5.0 / 15, within(rounding));
    }
}
