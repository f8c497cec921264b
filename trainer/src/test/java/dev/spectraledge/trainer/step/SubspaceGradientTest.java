package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.linalg.SymmetricEigen;
import dev.spectraledge.trainer.step.SubspaceGradient.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubspaceGradientTest {
    private static final int SIZE = 60;
    /** Of all parameters, of which those of θ_A are the first. */
    private static final int WHOLE = 80;

    private static final int WIDTH = 6;
    private static final int RANK = 3;
    private static final double ROUNDING = 1e-10;

    private final Backend backend = new CpuBackend();
    private final MemoryOwner owner = MemoryOwner.open("gradients test");

    @AfterEach
    void close() {
        owner.close();
    }

    private Tensor random(long number, int size) {
        Tensor vector = backend.allocate(owner, DType.FLOAT64, 1, size);
        backend.normal(new PhiloxKey[] {new PhiloxKey(9, number)}, 0, 1, vector);
        return vector;
    }

    private Tensor copy(Tensor vector) {
        Tensor copy = backend.allocate(owner, DType.FLOAT64, vector.shape());
        backend.copy(vector, copy);
        return copy;
    }

    private double distance(Tensor x, Tensor y) {
        Tensor difference = backend.allocate(owner, DType.FLOAT64, x.shape());
        backend.subtract(x, y, difference);
        return norm(difference);
    }

    private double dot(Tensor x, Tensor y) {
        Tensor product = backend.allocate(owner, DType.FLOAT64, 1);
        backend.dot(x, y, product);
        return product.getDouble(0);
    }

    private double norm(Tensor x) {
        return Math.sqrt(dot(x, x));
    }

    /** v_k = Σ_i u_k[i]·x_i/σ_k for the first three. */
    private List<Tensor> directions(List<Tensor> window) {
        int count = window.size();
        double[] products = new double[count * count];
        for (int row = 0; row < count; row++) {
            for (int column = 0; column < count; column++) {
                products[row * count + column] = dot(window.get(row), window.get(column));
            }
        }
        SymmetricEigen eigen = new SymmetricEigen(count);
        eigen.decompose(products, count);
        List<Tensor> directions = new ArrayList<>();
        for (int mode = 0; mode < Math.min(RANK, count); mode++) {
            Tensor direction = backend.allocate(owner, DType.FLOAT64, 1, SIZE);
            backend.fill(direction, 0);
            for (int row = 0; row < count; row++) {
                backend.axpy(eigen.vector(mode, row) / Math.sqrt(eigen.value(mode)), window.get(row), direction);
            }
            directions.add(direction);
        }
        return directions;
    }

    private RandomGradient random(List<Tensor> directions, Change change) {
        return new RandomGradient(backend, owner, DType.FLOAT64, SIZE, directions, change);
    }

    /** Orthonormal: those of a window of random vectors. */
    private List<Tensor> randomDirections(long seed) {
        List<Tensor> vectors = new ArrayList<>();
        for (int index = 0; index < RANK; index++) {
            vectors.add(random(100 * seed + 1_000_000 + index, SIZE));
        }
        return directions(vectors);
    }

    private EdgeGradient edge(Change change) {
        return new EdgeGradient(backend, owner, DType.FLOAT64, SIZE, WIDTH, RANK, change);
    }

    /** By forming the directions of the window, one step after the other, beyond where its oldest row is overwritten. */
    @Test
    void whatStaysIsTheProjectionOnTheFirstDirectionsOfTheLastGradients() {
        EdgeGradient inside = edge(Change.INSIDE);
        EdgeGradient outside = edge(Change.OUTSIDE);
        List<Tensor> window = new ArrayList<>();
        Tensor kept = backend.allocate(owner, DType.FLOAT64, 1, WHOLE);
        Tensor left = backend.allocate(owner, DType.FLOAT64, 1, WHOLE);
        for (int step = 1; step <= 2 * WIDTH + 1; step++) {
            Tensor gradient = random(step, WHOLE);
            window.add(copy(gradient.slice(1, 0, SIZE)));
            if (window.size() > WIDTH) {
                window.removeFirst();
            }
            backend.copy(gradient, kept);
            backend.copy(gradient, left);
            inside.intervene(0, step, null, kept);
            outside.intervene(0, step, null, left);
            Tensor rest = copy(window.getLast());
            for (Tensor direction : directions(window)) {
                backend.axpy(-dot(rest, direction), direction, rest);
            }
            assertThat(distance(left.slice(1, 0, SIZE), rest)).isLessThan(ROUNDING);
            backend.axpy(1, kept, left);
            assertThat(distance(left.slice(1, 0, SIZE), gradient.slice(1, 0, SIZE)))
                    .isLessThan(ROUNDING);
            // All other gradients are left alone.
            assertThat(distance(kept.slice(1, SIZE, WHOLE), gradient.slice(1, SIZE, WHOLE)))
                    .isZero();
        }
    }

    @Test
    void randomDirectionsStayTheSameAndMayHaveTheGradientsLength() {
        RandomGradient inside = random(randomDirections(4), Change.INSIDE);
        RandomGradient same = random(randomDirections(4), Change.INSIDE_OF_SAME_NORM);
        Tensor once = random(1, WHOLE);
        Tensor again = copy(once);
        Tensor long1 = copy(once);
        double norm = norm(once.slice(1, 0, SIZE));
        inside.intervene(0, 1, null, once);
        backend.copy(once, again);
        inside.intervene(0, 2, null, again);
        assertThat(distance(once, again)).isLessThan(ROUNDING);
        same.intervene(0, 1, null, long1);
        assertThat(norm(long1.slice(1, 0, SIZE))).isCloseTo(norm, within(ROUNDING));
        double length = norm(once.slice(1, 0, SIZE));
        assertThat(dot(long1.slice(1, 0, SIZE), once.slice(1, 0, SIZE)) / (norm * length))
                .as("cosine")
                .isCloseTo(1, within(ROUNDING));
        Tensor none = random(2, WHOLE);
        random(List.of(), Change.INSIDE).intervene(0, 1, null, none);
        assertThat(norm(none.slice(1, 0, SIZE))).isZero();
    }

    /**
     * Distance from a teacher after steps down its loss with noise: the teacher is somewhere in three directions, in which alone the
     * loss bends.
     */
    private double learned(StepIntervention action, long seed) {
        List<Tensor> soft = List.of(unit(0), unit(1), unit(2));
        Tensor student = backend.allocate(owner, DType.FLOAT64, 1, WHOLE);
        Tensor gradient = backend.allocate(owner, DType.FLOAT64, 1, WHOLE);
        for (int step = 1; step <= 60; step++) {
            Tensor noise = random(1000 * seed + step, WHOLE);
            backend.fill(gradient, 0);
            backend.axpy(0.02, noise, gradient);
            for (Tensor direction : soft) {
                backend.axpy(dot(student, direction) - 1, direction, gradient);
            }
            action.intervene(0, step, student, gradient);
            backend.axpy(-0.2, gradient, student);
        }
        double square = 0;
        for (Tensor direction : soft) {
            square += Math.pow(dot(student, direction) - 1, 2);
        }
        return Math.sqrt(square);
    }

    private Tensor unit(int element) {
        Tensor unit = backend.allocate(owner, DType.FLOAT64, 1, WHOLE);
        unit.set(1, 0, element);
        return unit;
    }

    /** Every seed of one group before every one of the other: of two groups of three that is one in twenty by chance. */
    @Test
    void aTeacherInThreeDirectionsIsLearnedWithinTheEdgeAndNotInRandomDirections() {
        double[] edge = new double[3];
        double[] random = new double[3];
        double[] without = new double[3];
        for (int seed = 0; seed < 3; seed++) {
            edge[seed] = learned(edge(Change.INSIDE), seed);
            random[seed] = learned(random(randomDirections(seed), Change.INSIDE), 10 + seed);
            without[seed] = learned(edge(Change.OUTSIDE), 20 + seed);
        }
        double worst = Arrays.stream(edge).max().orElseThrow();
        assertThat(worst)
                .isLessThan(Arrays.stream(random).min().orElseThrow())
                .isLessThan(Arrays.stream(without).min().orElseThrow());
        assertThat(worst).isLessThan(0.2);
    }
}
