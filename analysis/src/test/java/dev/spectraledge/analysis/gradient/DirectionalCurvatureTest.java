package dev.spectraledge.analysis.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.warning.Detector;
import dev.spectraledge.trainer.warning.DetectorRules;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On losses ½θᵀHθ with a diagonal H, of which a central difference of gradients is Hv exactly, but for rounding. */
class DirectionalCurvatureTest {
    /** A gradient of the order of 100 that is off by 1e-16 of it, divided by the difference's step of 1e-3. */
    private static final double ROUNDING = 1e-9;

    private static final int PARAMETERS = 30;
    private static final double RATE = 0.01;
    private static final int EVERY = 10;
    private static final int PLANTED = 1000;
    private static final int STEPS = 2000;
    private static final int NEVER = -1;

    private final MemoryOwner owner = MemoryOwner.open("directional curvature test");
    private final Backend backend = new CpuBackend();

    @AfterEach
    void close() {
        owner.close();
    }

    private Tensor vector(double... values) {
        Tensor vector = backend.allocate(owner, DType.FLOAT64, 1, values.length);
        for (int i = 0; i < values.length; i++) {
            vector.set(values[i], 0, i);
        }
        return vector;
    }

    private static GradientSource quadratic(double[] hessian) {
        return (number, at, gradient) -> {
            for (int i = 0; i < hessian.length; i++) {
                gradient.set(hessian[i] * at.get(0, i), 0, i);
            }
        };
    }

    private DirectionalCurvature of(GradientSource source, int size) {
        return new DirectionalCurvature(backend, owner, source, size);
    }

    @Test
    void itIsTheRayleighQuotientOfTheGradient() {
        // g = (2, 12): (2·4 + 3·144)/148.
        DirectionalCurvature.Value value = of(quadratic(new double[] {2, 3}), 2)
                .measure(vector(1, 4), 0, DirectionalCurvature.Preconditioner.NONE);
        assertThat(value.alongGradient()).isCloseTo(440.0 / 148, within(ROUNDING));
        assertThat(value.preconditioned()).isEqualTo(value.alongGradient());
        assertThat(value.gradientNorm()).isCloseTo(Math.sqrt(148), within(ROUNDING));
    }

    @Test
    void aPreconditionerIsMeasuredInItsOwnVariables() {
        // P = (4, 0.5): u = (0.5, 24), uᵀHu = 2·0.25 + 3·576, uᵀPu = 4·0.25 + 0.5·576.
        DirectionalCurvature.Value value = of(quadratic(new double[] {2, 3}), 2)
                .measure(vector(1, 4), 0, (gradient, direction) -> {
                    direction.set(gradient.get(0, 0) / 4, 0, 0);
                    direction.set(gradient.get(0, 1) / 0.5, 0, 1);
                });
        assertThat(value.preconditioned()).isCloseTo(1728.5 / 289, within(ROUNDING));
        assertThat(value.alongGradient()).isCloseTo(440.0 / 148, within(ROUNDING));
    }

    @Test
    void aPreconditionerThatIsTheHessianMakesEveryCurvatureOne() {
        DirectionalCurvature.Value value = of(quadratic(new double[] {2, 3}), 2)
                .measure(vector(1, 4), 0, (gradient, direction) -> {
                    direction.set(gradient.get(0, 0) / 2, 0, 0);
                    direction.set(gradient.get(0, 1) / 3, 0, 1);
                });
        assertThat(value.preconditioned()).isCloseTo(1, within(ROUNDING));
    }

    @Test
    void alongNoGradientThereIsNoCurvature() {
        DirectionalCurvature.Value value = of(quadratic(new double[] {2, 3}), 2)
                .measure(vector(0, 0), 0, DirectionalCurvature.Preconditioner.NONE);
        assertThat(value.alongGradient()).isNaN();
    }

    /** No Rayleigh quotient is above the largest eigenvalue, which is below the limit: no alarm is possible. */
    @Test
    void theDetectorIsSilentBelowTheEdgeOfStability() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(firing(seed, 0.9)).isEqualTo(NEVER);
        }
    }

    @Test
    void theDetectorFiresSoonAfterAnEigenvaluePassesTheEdge() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(firing(seed, 1.2)).isBetween(PLANTED, PLANTED + 200);
        }
    }

    /**
     * The step in which the detector fires: gradient descent on batches whose gradients have noise, of which the largest
     * eigenvalue becomes {@code later} times 2/η in step 1,000.
     */
    private int firing(long seed, double later) {
        Random random = new Random(seed);
        double[] hessian = new double[PARAMETERS];
        for (int i = 0; i < PARAMETERS; i++) {
            hessian[i] = 1 + i;
        }
        double[] noise = new double[PARAMETERS];
        GradientSource batch = (number, at, gradient) -> {
            for (int i = 0; i < PARAMETERS; i++) {
                gradient.set(hessian[i] * at.get(0, i) + noise[i], 0, i);
            }
        };
        DirectionalCurvature curvature = of(batch, PARAMETERS);
        Detector detector = DetectorRules.named("directional_curvature").detector();
        Tensor theta = vector(new double[PARAMETERS]);
        Tensor gradient = vector(new double[PARAMETERS]);
        for (int step = 1; step <= STEPS; step++) {
            hessian[0] = step < PLANTED ? 0.5 * 2 / RATE : later * 2 / RATE;
            for (int i = 0; i < PARAMETERS; i++) {
                noise[i] = random.nextGaussian();
            }
            batch.gradient(0, theta, gradient);
            backend.axpy(-RATE, gradient, theta);
            if (step % EVERY == 0) {
                double along = curvature
                        .measure(theta, 0, DirectionalCurvature.Preconditioner.NONE)
                        .preconditioned();
                if (detector.see(step, along / (2 / RATE))) {
                    return step;
                }
            }
        }
        return NEVER;
    }
}
