package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.QuietObserver;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.training.SampledBatches;
import dev.spectraledge.trainer.training.TinySetup;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Observers of gradients see those of every n-th step, of each run, as they are and as they are clipped. */
class ObservedGradientsTest {
    private static final long[] SEEDS = {3, 4, 5};
    /** Clipping by c·(g/n) instead of g·(c/n) is off by three roundings at most. */
    private static final double TOLERANCE = 3 * 0x1p-53;

    private final Backend cpu = new CpuBackend();

    @AfterEach
    void nothingLeaks() {
        assertThat(TestMemory.leaks()).isEmpty();
    }

    private StepTrainer trainer(Workers workers, TrainingSetup setup, UpdateObserver... observers) {
        StepTrainer trainer = new StepTrainer(
                Lanes.onHost(cpu, workers),
                setup,
                new SampledBatches(setup.seeds(), setup.trainSequences()),
                List.of(observers));
        trainer.initialise();
        trainer.start();
        return trainer;
    }

    /** Each of these runs is clipped at another norm, or not at all. */
    private static TrainingSetup setup(DType type) {
        return TinySetup.with(
                TinySetup.setup(type, Batching.DEDUPLICATED, SEEDS), FusedOptimizer::adamW, TinySetup.scheduled());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void eachRunShowsItsOwnAndClipsItsOwn(int threads) {
        TrainingSetup setup = setup(DType.FLOAT64);
        StepTrainer[] watched = new StepTrainer[1];
        Seen plain =
                new Seen(2, Observed.GRADIENTS, update -> requireScaled(update, watched[0], new double[] {1, 1, 1}));
        Seen clipped = new Seen(
                3, Observed.CLIPPED_GRADIENTS, update -> requireScaled(update, watched[0], factors(watched[0], setup)));
        try (Workers workers = new Workers(threads);
                StepTrainer trainer = trainer(workers, setup, plain, clipped)) {
            watched[0] = trainer;
            for (int step = 0; step < 12; step++) {
                trainer.step();
            }
            assertThat(plain.steps).isEqualTo(2 + 4 + 6 + 8 + 10 + 12);
            assertThat(clipped.steps).isEqualTo(3 + 6 + 9 + 12);
        }
    }

    /** Norms are read from the gradients themselves: the trainer tells them after the observers have looked. */
    private static double[] factors(StepTrainer trainer, TrainingSetup setup) {
        double[] factors = new double[SEEDS.length];
        for (int run = 0; run < factors.length; run++) {
            double square = 0;
            for (long i = 0; i < trainer.gradients().flat().size(1); i++) {
                square += Math.pow(trainer.gradients().flat().get(run, i), 2);
            }
            factors[run] = Math.min(1, setup.settings().get(run).clip() / (Math.sqrt(square) + 1e-6));
        }
        assertThat(factors[1]).isEqualTo(1);
        assertThat(factors[2]).isLessThan(1);
        return factors;
    }

    private static void requireScaled(Update update, StepTrainer trainer, double[] factors) {
        Tensor whole = trainer.gradients().flat();
        Tensor shown = update.gradient();
        for (int run = 0; run < factors.length; run++) {
            for (long i = 0; i < shown.size(1); i++) {
                double expected = factors[run] * whole.get(run, i);
                // The norm itself is summed in another order.
                double sums = factors[run] == 1 ? 0 : 1e-13;
                assertThat(shown.get(run, i)).isCloseTo(expected, within((TOLERANCE + sums) * Math.abs(expected)));
            }
        }
    }

    @Test
    void onlyRunsAndSharedOnesAreWatchedAlike() {
        TrainingSetup setup = TinySetup.setup(DType.FLOAT32, Batching.DEDUPLICATED, 11);
        StepTrainer[] watched = new StepTrainer[1];
        Seen seen = new Seen(1, Observed.GRADIENTS, update -> {
            Tensor whole = watched[0].gradients().flat();
            for (long i = 0; i < update.gradient().size(1); i++) {
                assertThat(update.gradient().get(0, i)).isEqualTo(whole.get(0, i));
            }
        });
        try (Workers workers = new Workers(3);
                StepTrainer trainer = trainer(workers, setup, seen)) {
            watched[0] = trainer;
            trainer.step();
            trainer.step();
            assertThat(seen.steps).isEqualTo(1 + 2);
            assertThat(trainer.state()).isEmpty();
        }
    }

    @Test
    void whoLooksChangesNothing() {
        TrainingSetup setup = setup(DType.FLOAT32);
        Seen plain = new Seen(1, Observed.GRADIENTS, update -> {});
        Seen clipped = new Seen(2, Observed.CLIPPED_GRADIENTS, update -> {});
        Seen updates = new Seen(3, Observed.UPDATES, update -> {});
        Seen alone = new Seen(3, Observed.UPDATES, update -> {});
        try (Workers workers = new Workers(2);
                StepTrainer observed = trainer(workers, setup, plain, updates, clipped);
                StepTrainer unobserved = trainer(workers, setup, alone)) {
            for (int step = 0; step < 8; step++) {
                observed.step();
                unobserved.step();
            }
            assertThat(observed.parameters()
                            .flat()
                            .segment()
                            .mismatch(unobserved.parameters().flat().segment()))
                    .isEqualTo(-1);
            assertThat(observed.state().keySet()).isEqualTo(unobserved.state().keySet());
            observed.state()
                    .forEach((name, tensor) -> assertThat(tensor.segment()
                                    .mismatch(unobserved.state().get(name).segment()))
                            .isEqualTo(-1));
        }
    }

    @Tag("garbage")
    @Test
    void aStepAllocatesNothing() {
        Seen plain = new Seen(1, Observed.GRADIENTS, update -> {});
        Seen clipped = new Seen(2, Observed.CLIPPED_GRADIENTS, update -> {});
        try (Workers workers = new Workers(1);
                StepTrainer trainer = trainer(workers, setup(DType.FLOAT32), plain, clipped)) {
            assertThat(Allocations.bytesPerCall(trainer::step)).isZero();
        }
    }

    private static final class Seen extends QuietObserver {
        private final Observed observed;
        private final Consumer<Update> check;
        /** The sum of their numbers. */
        private long steps;

        Seen(int stride, Observed observed, Consumer<Update> check) {
            super("seen", stride);
            this.observed = observed;
            this.check = check;
        }

        @Override
        public Observed observed() {
            return observed;
        }

        @Override
        public void record(Update update) {
            steps += update.step();
            check.accept(update);
        }
    }
}
