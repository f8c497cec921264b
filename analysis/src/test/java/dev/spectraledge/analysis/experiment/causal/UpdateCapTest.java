package dev.spectraledge.analysis.experiment.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.step.StepIntervention;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Steps down a quadratic loss with one soft direction, the first: from far away along it, and with noise in all of them. */
class UpdateCapTest {
    private static final int SIZE = 20;
    private static final long START = 30;
    private static final long STRIDE = 5;
    private static final int WIDTH = 6;
    private static final long END = START + STRIDE * WIDTH;
    private static final double SOFT = 0.05;
    private static final double RATE = 0.2;
    private static final double CAP = 0.05;

    private final Backend backend = new CpuBackend();
    private final MemoryOwner owner = MemoryOwner.open("cap test");

    @AfterEach
    void close() {
        owner.close();
    }

    private Tensor vector() {
        return backend.allocate(owner, DType.FLOAT64, 1, SIZE);
    }

    private Tensor axis(int element) {
        Tensor axis = vector();
        axis.set(1, 0, element);
        return axis;
    }

    /** Weights after each step from the start on, itself included; the last ones are those of the end. */
    private List<Tensor> train(StepIntervention action, long noise) {
        Tensor weights = vector();
        weights.set(10, 0, 0);
        Tensor gradient = vector();
        Tensor random = vector();
        List<Tensor> course = new ArrayList<>();
        for (long step = 1; step <= END + 1; step++) {
            if (step > START) {
                if (step <= END) {
                    action.intervene(0, step, weights, null);
                }
                Tensor copy = vector();
                backend.copy(weights, copy);
                course.add(copy);
            }
            backend.normal(new PhiloxKey[] {new PhiloxKey(noise, step)}, 0, 0.02, random);
            for (int element = 0; element < SIZE; element++) {
                gradient.set((element == 0 ? SOFT : 1) * weights.get(0, element) + random.get(0, element), 0, element);
            }
            backend.axpy(-RATE, gradient, weights);
        }
        return course;
    }

    private static double loss(Tensor weights) {
        double sum = 0;
        for (int element = 0; element < SIZE; element++) {
            sum += (element == 0 ? SOFT : 1) * Math.pow(weights.get(0, element), 2) / 2;
        }
        return sum;
    }

    private UpdateCap cap(Tensor direction) {
        return new UpdateCap(backend, owner, DType.FLOAT64, direction, CAP, STRIDE, START, END);
    }

    @Test
    void noUpdateOfTheWindowGoesBeyondTheCap() {
        UpdateCap cap = cap(axis(0));
        List<Tensor> course = train(cap, 1);
        for (int update = 0; update + 1 < WIDTH; update++) {
            Tensor moved = vector();
            backend.subtract(course.get((int) STRIDE * (update + 1)), course.get((int) STRIDE * update), moved);
            assertThat(Math.abs(moved.get(0, 0))).isLessThanOrEqualTo(CAP + 1e-12);
        }
        // It would go by some 0.1·10·e^(−0.3) in each step.
        assertThat(Math.abs(
                        course.getFirst().get(0, 0) - course.get((int) STRIDE).get(0, 0)))
                .isCloseTo(CAP, within(1e-12));
    }

    /** Another training loses as much along its own direction, step by step. */
    @Test
    void whatIsTakenAwayIsNotedAndCanBeTakenAwayElsewhere() {
        UpdateCap cap = cap(axis(0));
        train(cap, 1);
        double lost = 0;
        for (double amount : cap.removed()) {
            lost += amount;
        }
        assertThat(lost).isNotZero();
        Tensor elsewhere = axis(7);
        Tensor weights = vector();
        Removals removals = new Removals(backend, owner, DType.FLOAT64, elsewhere, START, cap.removed());
        for (long step = START + 1; step <= END; step++) {
            removals.intervene(0, step, weights, null);
        }
        assertThat(weights.get(0, 7)).isCloseTo(-lost, within(1e-12));
        assertThat(VectorProducts.norm(backend, weights)).isCloseTo(Math.abs(lost), within(1e-12));
    }

    /** Of 19 trainings with other noise none ends as badly; a cap along a random direction that is hardly taken does nothing. */
    @Test
    void onlyTheSoftDirectionMattersAndMoreThanAnyNoise() {
        List<Double> losses = new ArrayList<>();
        for (int seed = 2; seed < 21; seed++) {
            losses.add(loss(train(StepIntervention.NONE, seed).getLast()));
        }
        Null undisturbed = Null.of(losses);
        assertThat(undisturbed.probability(loss(train(cap(axis(0)), 1).getLast())))
                .isCloseTo(0.05, within(1e-12));
        for (int other = 1; other < 4; other++) {
            assertThat(undisturbed.probability(loss(train(cap(axis(other)), 1).getLast())))
                    .isGreaterThan(0.05);
        }
        UpdateCap soft = cap(axis(0));
        train(soft, 1);
        Tensor random = RandomDirections.draw(backend, owner, 3, 1, SIZE).getFirst();
        random.set(0, 0, 0);
        double moved = loss(train(new Removals(backend, owner, DType.FLOAT64, random, START, soft.removed()), 1)
                .getLast());
        assertThat(moved).isLessThan(loss(train(cap(axis(0)), 1).getLast()));
    }
}
