package dev.spectraledge.analysis.experiment.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.experiment.WindowModes;
import dev.spectraledge.analysis.experiment.causal.SubspaceGradient.Change;
import dev.spectraledge.analysis.statistic.RankSum;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.step.StepIntervention;
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
        return VectorProducts.norm(backend, difference);
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
            WindowModes modes = new WindowModes(backend, window);
            Tensor rest = copy(window.getLast());
            for (int mode = 0; mode < Math.min(RANK, window.size()); mode++) {
                VectorProducts.projectOut(backend, List.of(modes.direction(owner, mode)), rest);
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
        RandomGradient inside = new RandomGradient(backend, owner, DType.FLOAT64, SIZE, RANK, 4, Change.INSIDE);
        RandomGradient same =
                new RandomGradient(backend, owner, DType.FLOAT64, SIZE, RANK, 4, Change.INSIDE_OF_SAME_NORM);
        Tensor once = random(1, WHOLE);
        Tensor again = copy(once);
        Tensor long1 = copy(once);
        double norm = VectorProducts.norm(backend, once.slice(1, 0, SIZE));
        inside.intervene(0, 1, null, once);
        backend.copy(once, again);
        inside.intervene(0, 2, null, again);
        assertThat(distance(once, again)).isLessThan(ROUNDING);
        same.intervene(0, 1, null, long1);
        assertThat(VectorProducts.norm(backend, long1.slice(1, 0, SIZE))).isCloseTo(norm, within(ROUNDING));
        assertThat(VectorProducts.cosine(backend, long1.slice(1, 0, SIZE), once.slice(1, 0, SIZE)))
                .isCloseTo(1, within(ROUNDING));
        Tensor none = random(2, WHOLE);
        new RandomGradient(backend, owner, DType.FLOAT64, SIZE, 0, 4, Change.INSIDE).intervene(0, 1, null, none);
        assertThat(VectorProducts.norm(backend, none.slice(1, 0, SIZE))).isZero();
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
                backend.axpy(VectorProducts.dot(backend, student, direction) - 1, direction, gradient);
            }
            action.intervene(0, step, student, gradient);
            backend.axpy(-0.2, gradient, student);
        }
        double square = 0;
        for (Tensor direction : soft) {
            square += Math.pow(VectorProducts.dot(backend, student, direction) - 1, 2);
        }
        return Math.sqrt(square);
    }

    private Tensor unit(int element) {
        Tensor unit = backend.allocate(owner, DType.FLOAT64, 1, WHOLE);
        unit.set(1, 0, element);
        return unit;
    }

    /** With three seeds each, the least p of two groups of three is one in twenty. */
    @Test
    void aTeacherInThreeDirectionsIsLearnedWithinTheEdgeAndNotInRandomDirections() {
        double[] edge = new double[3];
        double[] random = new double[3];
        double[] without = new double[3];
        for (int seed = 0; seed < 3; seed++) {
            edge[seed] = learned(edge(Change.INSIDE), seed);
            random[seed] = learned(
                    new RandomGradient(backend, owner, DType.FLOAT64, SIZE, RANK, seed, Change.INSIDE), 10 + seed);
            without[seed] = learned(edge(Change.OUTSIDE), 20 + seed);
        }
        assertThat(RankSum.of(edge, random).smaller()).isCloseTo(0.05, within(1e-12));
        assertThat(RankSum.of(edge, without).smaller()).isCloseTo(0.05, within(1e-12));
        assertThat(Arrays.stream(edge).max().orElseThrow()).isLessThan(0.2);
    }
}
