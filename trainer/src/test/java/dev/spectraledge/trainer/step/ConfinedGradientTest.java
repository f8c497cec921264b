package dev.spectraledge.trainer.step;

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

class ConfinedGradientTest {
    private static final int CONFINED = 200;
    private static final int PARAMETERS = 260;
    private static final int WIDTH = 6;

    private final Backend backend = new CpuBackend();
    private final MemoryOwner owner = MemoryOwner.open("gradients");

    @AfterEach
    void close() {
        owner.close();
    }

    private Tensor gradient(long seed) {
        Tensor gradient = backend.allocate(owner, DType.FLOAT64, 1, PARAMETERS);
        backend.normal(new PhiloxKey[] {new PhiloxKey(seed, 1)}, 0, 1, gradient);
        return gradient;
    }

    private double[] confined(ConfinedGradient confined, int run, long seed) {
        Tensor gradient = gradient(seed);
        confined.intervene(run, 1, gradient, gradient);
        double[] values = new double[PARAMETERS];
        for (int index = 0; index < PARAMETERS; index++) {
            values[index] = gradient.get(0, index);
        }
        return values;
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int index = 0; index < CONFINED; index++) {
            sum += one[index] * other[index];
        }
        return sum;
    }

    /** What is left of four gradients lies in three dimensions: the determinant of their products is 0, that of three is not. */
    @Test
    void gradientsLieInAsManyDimensionsAsThereAreDirections() {
        ConfinedGradient confined =
                ConfinedGradient.toRandom(backend, owner, DType.FLOAT64, CONFINED, 3, new long[] {42});
        double[][] parts = new double[4][];
        for (int index = 0; index < parts.length; index++) {
            parts[index] = confined(confined, 0, index);
        }
        double scale = Math.pow(dot(parts[0], parts[0]), 3);
        assertThat(determinant(parts, 4) / (scale * dot(parts[0], parts[0]))).isCloseTo(0, within(1e-10));
        assertThat(determinant(parts, 3) / scale).isGreaterThan(1e-6);
    }

    private static double determinant(double[][] parts, int count) {
        double[][] products = new double[count][count];
        for (int row = 0; row < count; row++) {
            for (int column = 0; column < count; column++) {
                products[row][column] = dot(parts[row], parts[column]);
            }
        }
        double determinant = 1;
        for (int pivot = 0; pivot < count; pivot++) {
            determinant *= products[pivot][pivot];
            for (int row = pivot + 1; row < count; row++) {
                double factor = products[row][pivot] / products[pivot][pivot];
                for (int column = pivot; column < count; column++) {
                    products[row][column] -= factor * products[pivot][column];
                }
            }
        }
        return determinant;
    }

    /** A projection: what is confined already stays, and what was taken away is orthogonal to it. */
    @Test
    void whatIsLeftIsAProjectionAndTheRestIsLeftAlone() {
        ConfinedGradient confined =
                ConfinedGradient.toRandom(backend, owner, DType.FLOAT64, CONFINED, 3, new long[] {42});
        Tensor gradient = gradient(7);
        double[] before = new double[PARAMETERS];
        for (int index = 0; index < PARAMETERS; index++) {
            before[index] = gradient.get(0, index);
        }
        confined.intervene(0, 1, gradient, gradient);
        double[] once = confined(confined, 0, 7);
        confined.intervene(0, 2, gradient, gradient);
        for (int index = 0; index < CONFINED; index++) {
            assertThat(gradient.get(0, index)).isCloseTo(once[index], within(1e-13));
        }
        assertThat(dot(before, once)).isCloseTo(dot(once, once), within(1e-12));
        assertThat(dot(once, once)).isBetween(1e-6, dot(before, before) / 2);
        for (int index = CONFINED; index < PARAMETERS; index++) {
            assertThat(once[index]).isEqualTo(before[index]);
        }
    }

    @Test
    void directionsBelongToTheSeedOfTheRun() {
        ConfinedGradient pair =
                ConfinedGradient.toRandom(backend, owner, DType.FLOAT64, CONFINED, 2, new long[] {42, 137});
        ConfinedGradient alone =
                ConfinedGradient.toRandom(backend, owner, DType.FLOAT64, CONFINED, 2, new long[] {137});
        assertThat(confined(pair, 1, 5)).isEqualTo(confined(alone, 0, 5));
        assertThat(confined(pair, 0, 5)).isNotEqualTo(confined(pair, 1, 5));
    }

    @Test
    void withoutDirectionsNothingIsLeft() {
        ConfinedGradient none = ConfinedGradient.toRandom(backend, owner, DType.FLOAT64, CONFINED, 0, new long[] {42});
        double[] left = confined(none, 0, 5);
        assertThat(dot(left, left)).isZero();
        assertThat(left[CONFINED]).isNotZero();
    }

    /** Two runs side by side carry their windows in common tensors: each is confined as if it were alone. */
    @Test
    void theEdgeOfARunIsThatOfItsOwnGradients() {
        ConfinedGradient pair = ConfinedGradient.toEdge(backend, owner, DType.FLOAT64, CONFINED, WIDTH, 2, 2);
        ConfinedGradient alone = ConfinedGradient.toEdge(backend, owner, DType.FLOAT64, CONFINED, WIDTH, 2, 1);
        for (int step = 1; step <= 2 * WIDTH; step++) {
            double[] first = confined(pair, 0, step);
            double[] second = confined(pair, 1, 100 + step);
            assertThat(second).isEqualTo(confined(alone, 0, 100 + step)).isNotEqualTo(first);
        }
    }

    /** What another one carries is enough to go on from, wherever in its ring it is. */
    @Test
    void theEdgeGoesOnFromWhatIsCarried() {
        ConfinedGradient whole = ConfinedGradient.toEdge(backend, owner, DType.FLOAT64, CONFINED, WIDTH, 2, 1);
        for (int step = 1; step <= WIDTH + 3; step++) {
            confined(whole, 0, step);
        }
        ConfinedGradient resumed = ConfinedGradient.toEdge(backend, owner, DType.FLOAT64, CONFINED, WIDTH, 2, 1);
        whole.state()
                .forEach((name, tensor) -> backend.copy(tensor, resumed.state().get(name)));
        for (int step = WIDTH + 4; step <= 2 * WIDTH + 4; step++) {
            assertThat(confined(resumed, 0, step)).isEqualTo(confined(whole, 0, step));
        }
    }
}
