package dev.spectraledge.analysis.experiment.cadence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.MotionParts;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.experiment.TrainingReplay;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.ParameterSubset;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayedUpdatesTest {
    /** The training is in FLOAT64 and its updates are about 0.01 of the weights: roundings, a hundredfold. */
    private static final double ROUNDING = 1e-11;

    private static final int STRIDE = 3;
    private static final int WIDTH = 4;
    private static final long END = 18;

    private final Backend backend = new CpuBackend();

    @TempDir
    private Path folder;

    /** Every step is kept, so that windows, decay parts and angles can be had without any replay. */
    @Test
    void windowsAreThoseOfASnapshotAtEveryStepWithTheSumOfItsDecay() {
        StudiedRun run = TinyTraining.write(
                folder, LongStream.rangeClosed(0, END).boxed().toList(), "training.weightDecay=1");
        try (ReplayedUpdates updates = new ReplayedUpdates(
                        new CpuBackend(),
                        STRIDE,
                        WIDTH + 1,
                        run.layout().size(ParameterSubset.ATTENTION),
                        step -> step > 2);
                TrainingReplay replay = new TrainingReplay(run, 2, List.of(updates));
                UpdateWindow expected = UpdateWindow.ending(run, END, STRIDE, WIDTH);
                UpdateWindow earlier = UpdateWindow.ending(run, END - STRIDE, STRIDE, WIDTH);
                MemoryOwner owner = MemoryOwner.open("expected")) {
            replay.advanceTo(END);
            assertThat(updates.size()).isEqualTo(WIDTH + 1);
            ReplayedWindow window = updates.window(WIDTH);
            assertThat(window.isExact()).isTrue();
            double gap = Math.pow(expected.singularValue(1), 2) - Math.pow(expected.singularValue(2), 2);
            assertThat(window.subleadingGap()).isCloseTo(gap, within(ROUNDING));
            for (int k = 0; k < UpdateWindow.EDGE; k++) {
                Tensor direction = window.direction(backend, owner, k);
                assertThat(Math.abs(VectorProducts.dot(backend, direction, expected.direction(k))))
                        .isCloseTo(1, within(ROUNDING));
                assertThat(window.parts(k).fraction())
                        .isCloseTo(fraction(run, expected, expected.direction(k), owner), within(1e-9));
            }
            double cosine = Math.abs(VectorProducts.dot(backend, expected.direction(0), earlier.direction(0)));
            assertThat(Math.cos(Math.toRadians(updates.rotation(WIDTH)))).isCloseTo(cosine, within(ROUNDING));
        }
    }

    /** E_g/(E_g + E_w) with w = −ηω Σθ over the steps of each update. */
    private double fraction(StudiedRun run, UpdateWindow window, Tensor direction, MemoryOwner owner) {
        double rate = run.learningRate() * run.weightDecay();
        double gradientEnergy = 0;
        double decayEnergy = 0;
        Tensor weights = backend.allocate(owner, DType.FLOAT64, direction.shape());
        for (int update = 0; update < window.size(); update++) {
            long from = END - (long) STRIDE * (window.size() - update);
            double decay = 0;
            for (long step = from; step < from + STRIDE; step++) {
                run.readAttention(step, weights);
                decay -= rate * VectorProducts.dot(backend, weights, direction);
            }
            double gradient = VectorProducts.dot(backend, window.update(update), direction) - decay;
            gradientEnergy += gradient * gradient;
            decayEnergy += decay * decay;
        }
        return gradientEnergy / (gradientEnergy + decayEnergy);
    }

    /** Null: without decay all motion is the gradient's. Planted: nothing but decay. */
    @Test
    void theShareIsOneWithoutDecayAndZeroWhereDecayIsAllThereIs() {
        assertThat(shareOfWalk(0, 0.05)).isEqualTo(1);
        assertThat(shareOfWalk(1e-3, 0)).isLessThan(1e-4);
    }

    /** Of v_1 of five updates of 10 steps: weights that shrink as weight decay has it, and random steps. */
    private double shareOfWalk(double decayRate, double norm) {
        int size = 400;
        try (ReplayedUpdates updates = new ReplayedUpdates(new CpuBackend(), 10, 6, size, step -> true);
                MemoryOwner owner = MemoryOwner.open("walk")) {
            List<Tensor> directions = RandomDirections.draw(backend, owner, 1, 6, size);
            Tensor before = backend.allocate(owner, DType.FLOAT64, 1, size);
            Tensor after = backend.allocate(owner, DType.FLOAT64, 1, size);
            backend.copy(directions.getLast(), after);
            for (int index = 0; index < 5; index++) {
                backend.copy(after, before);
                backend.scale(Math.exp(-10 * decayRate), after);
                backend.axpy(norm, directions.get(index), after);
                updates.estimate(10L * (index + 1), before, after, decayRate);
            }
            ReplayedWindow window = updates.window(5);
            assertThat(window.isExact()).isEqualTo(decayRate == 0);
            MotionParts parts = window.parts(0);
            return parts.fraction();
        }
    }

    @Test
    void beginsAnewAfterAGap() {
        StudiedRun run = TinyTraining.write(folder, List.of(0L, END));
        try (ReplayedUpdates updates = new ReplayedUpdates(
                        new CpuBackend(),
                        1,
                        WIDTH,
                        run.layout().size(ParameterSubset.ATTENTION),
                        step -> step <= 3 || step > END - 2);
                TrainingReplay replay = new TrainingReplay(run, 0, List.of(updates))) {
            replay.advanceTo(3);
            assertThat(updates.size()).isEqualTo(3);
            replay.advanceTo(END);
            assertThat(updates.size()).isEqualTo(2);
            assertThat(updates.step()).isEqualTo(END);
            assertThat(replay.distance()).isZero();
        }
    }
}
