package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.ResultQueue;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.QuietObserver;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.training.SampledBatches;
import dev.spectraledge.trainer.training.TinySetup;
import dev.spectraledge.trainer.training.TinyTask;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stretches of many steps, whose results are known later. */
class LaunchedAheadTest {
    private static final long[] SEEDS = {3, 4, 5};
    private static final int STRETCH = 64;
    private static final int LAST = 130;
    /** Steps until which the trainer is asked to go on: within a stretch, at its end, and over several. */
    private static final long[] STOPS = {5, STRETCH, LAST};

    /** Relative differences that roundings of 2⁻⁵³ may have grown to: within a stretch, and where a run is unstable, after it. */
    private static final double ROUNDING = 1e-11;

    private static final double GROWN_ROUNDING = 1e-6;

    private final Backend backend = new CpuBackend();

    @AfterEach
    void nothingLeaks() {
        assertThat(TestMemory.leaks()).isEmpty();
    }

    private StepTrainer recorded(TrainingSetup setup, UpdateObserver... observers) {
        return new StepTrainer(Lanes.onDevice(backend), setup, source(setup), List.of(observers));
    }

    private static SampledBatches source(TrainingSetup setup) {
        return new SampledBatches(setup.seeds(), setup.trainSequences());
    }

    private static StepTrainer started(StepTrainer trainer) {
        trainer.initialise();
        trainer.start();
        return trainer;
    }

    /** Rows that count for nothing change the order of some sums, not what they add up to. */
    @ParameterizedTest
    @EnumSource
    void stepsAreThoseThatAreReportedAtOnce(TinyTask task) {
        TrainingSetup setup = TinySetup.with(
                task.setup(DType.FLOAT64, Batching.DEDUPLICATED, SEEDS), FusedOptimizer::adamW, TinySetup.scheduled());
        try (Workers workers = new Workers(1);
                StepTrainer plain = new StepTrainer(Lanes.onHost(backend, workers), setup, source(setup), List.of());
                StepTrainer recorded = started(recorded(setup))) {
            plain.initialise();
            plain.start();
            for (long stop : STOPS) {
                recorded.advanceTo(stop, step -> {
                    plain.step();
                    assertThat(plain.stepsDone()).isEqualTo(step);
                    for (int run = 0; run < SEEDS.length; run++) {
                        assertGrownAtMost(step, recorded.loss(run), plain.loss(run));
                        assertGrownAtMost(step, recorded.gradientNorm(run), plain.gradientNorm(run));
                        assertThat(recorded.learningRate(run)).isEqualTo(plain.learningRate(run));
                        assertThat(recorded.weightDecay(run)).isEqualTo(plain.weightDecay(run));
                    }
                });
                assertThat(recorded.stepsDone()).isEqualTo(stop);
                Evaluation[] expected = plain.evaluateTest();
                Evaluation[] actual = recorded.evaluateTest();
                for (int run = 0; run < SEEDS.length; run++) {
                    assertGrownAtMost(stop, actual[run].loss(), expected[run].loss());
                    assertThat(actual[run].accuracy()).isCloseTo(expected[run].accuracy(), within(1e-12));
                    assertGrownAtMost(stop, recorded.parameterNorms()[run], plain.parameterNorms()[run]);
                }
            }
        }
    }

    private static void assertGrownAtMost(long step, double actual, double expected) {
        double allowed = step <= STRETCH ? ROUNDING : GROWN_ROUNDING;
        assertThat(actual).isCloseTo(expected, within(allowed * expected));
    }

    @Test
    void aResumedTrainerHasTheBitsOfAnUndisturbedOne() {
        TrainingSetup setup = TinySetup.setup(DType.FLOAT32, Batching.DEDUPLICATED, SEEDS);
        try (StepTrainer undisturbed = started(recorded(setup));
                StepTrainer resumed = recorded(setup)) {
            undisturbed.advanceTo(70, step -> {});
            backend.copy(undisturbed.parameters().flat(), resumed.parameters().flat());
            undisturbed
                    .optimizer()
                    .state()
                    .forEach((kind, moments) -> backend.copy(
                            moments.flat(),
                            resumed.optimizer().state().get(kind).flat()));
            resumed.resumeFrom(70);
            undisturbed.advanceTo(140, step -> {});
            resumed.advanceTo(140, step -> {});
            assertThat(resumed.parameters()
                            .flat()
                            .segment()
                            .mismatch(undisturbed.parameters().flat().segment()))
                    .isEqualTo(-1);
        }
    }

    @Test
    void observersGetEachUpdateInOrder() {
        TrainingSetup setup = TinySetup.setup(DType.FLOAT64, Batching.DEDUPLICATED, SEEDS);
        try (MemoryOwner owner = MemoryOwner.open("recorder");
                Recorder everyThird = new Recorder(backend, owner, 3);
                Recorder everyFifth = new Recorder(backend, owner, 5);
                StepTrainer recorded = started(recorded(setup, everyThird, everyFifth))) {
            for (long stop : STOPS) {
                recorded.advanceTo(stop, step -> {});
            }
            everyThird.requireAllUpTo(LAST);
            everyFifth.requireAllUpTo(LAST);
        }
    }

    @Test
    void theOthersGoOnWhenARunDiverges() {
        TrainingSetup setup = TinySetup.setup(DType.FLOAT32, Batching.DEDUPLICATED, SEEDS);
        try (StepTrainer undisturbed = started(recorded(setup));
                StepTrainer trainer = started(recorded(setup))) {
            trainer.advanceTo(2, step -> {});
            trainer.parameters().get("tok_emb.weight").set(Double.NaN, 1, 0, 0);
            assertThatThrownBy(() -> trainer.advanceTo(300, step -> {}))
                    .isInstanceOf(DivergenceException.class)
                    .hasMessageContaining("run 1 (seed 4), step 3");
            assertThat(trainer.stepsDone()).isEqualTo(2);

            trainer.finish(1);
            List<Long> heard = new ArrayList<>();
            trainer.advanceTo(300, heard::add);
            undisturbed.advanceTo(300, step -> {});

            assertThat(heard).hasSize(298).startsWith(3L, 4L).endsWith(300L);
            for (int run : new int[] {0, 2}) {
                assertThat(trainer.parameters()
                                .flat()
                                .run(run)
                                .segment()
                                .mismatch(
                                        undisturbed.parameters().flat().run(run).segment()))
                        .isEqualTo(-1);
            }
        }
    }

    /** Checks by sums of squares that Δθ = Δθ_grad + Δθ_decay, and that no observation is lost. */
    private static final class Recorder extends QuietObserver {
        private final Backend backend;
        private final Tensor total;
        private final Tensor residual;
        private final ResultQueue queue;
        private final List<Long> steps = new ArrayList<>();
        private long absorbed;

        Recorder(Backend backend, MemoryOwner owner, int stride) {
            super("recorder", stride);
            this.backend = backend;
            long attention = 2 * 4 * 24 * 24;
            total = backend.allocate(owner, DType.FLOAT64, SEEDS.length, attention);
            residual = backend.allocate(owner, DType.FLOAT64, SEEDS.length, attention);
            queue = new ResultQueue(backend, owner, 2 * STRETCH, 2, SEEDS.length);
        }

        @Override
        public void record(Update update) {
            update.total(backend, total);
            backend.sumOfSquares(total, queue.written().at(1));
            update.gradientPart(backend, residual);
            backend.subtract(total, residual, residual);
            backend.subtract(residual, update.decayPart(), residual);
            backend.sumOfSquares(residual, queue.written().at(0));
            queue.publish();
        }

        @Override
        public void fetch(long observations) {
            queue.fetch(observations);
        }

        @Override
        public void absorb(long step, Update update) {
            steps.add(step);
            Tensor squares = queue.entry(absorbed++);
            for (int run = 0; run < SEEDS.length; run++) {
                assertThat(squares.get(0, run)).isLessThan(1e-28);
                assertThat(squares.get(1, run)).isGreaterThan(1e-8);
            }
        }

        void requireAllUpTo(long last) {
            assertThat(steps).hasSize((int) (last / stride())).isSorted();
            assertThat(steps.getLast()).isEqualTo(last / stride() * stride());
        }
    }
}
