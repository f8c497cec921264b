package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.QuietObserver;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.OptimizerFactory;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.training.SampledBatches;
import dev.spectraledge.trainer.training.TinySetup;
import dev.spectraledge.trainer.training.TinyTask;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StepTrainerTest {
    private static final long SEED = 11;

    private final Backend cpu = new CpuBackend();

    @AfterEach
    void nothingLeaks() {
        assertThat(TestMemory.leaks()).isEmpty();
    }

    private static StepTrainer trainer(
            Backend backend, Workers workers, TrainingSetup setup, UpdateObserver... observers) {
        StepTrainer trainer = new StepTrainer(
                Lanes.onHost(backend, workers),
                setup,
                new SampledBatches(setup.seeds(), setup.trainSequences()),
                List.of(observers));
        trainer.initialise();
        trainer.start();
        return trainer;
    }

    private double[] losses(TrainingSetup setup, int threads, int steps) {
        try (Workers workers = new Workers(threads);
                StepTrainer trainer = trainer(cpu, workers, setup)) {
            double[] losses = new double[steps];
            for (int step = 0; step < steps; step++) {
                trainer.step();
                losses[step] = trainer.loss(0);
            }
            return losses;
        }
    }

    @ParameterizedTest
    @EnumSource
    void layoutsOfTheBatchAgreeToRounding(TinyTask task) {
        double[] padded = losses(task.setup(DType.FLOAT64, Batching.PADDED, SEED), 2, 20);
        double[] packed = losses(task.setup(DType.FLOAT64, Batching.PACKED, SEED), 2, 20);
        double[] deduplicated = losses(task.setup(DType.FLOAT64, Batching.DEDUPLICATED, SEED), 2, 20);
        assertThat(packed).containsExactly(padded, within(1e-10));
        assertThat(deduplicated).containsExactly(padded, within(1e-10));
    }

    @ParameterizedTest
    @EnumSource
    void backendsAgree(TinyTask task) {
        TrainingSetup setup = task.setup(DType.FLOAT64, Batching.DEDUPLICATED, SEED);
        double[] fast = losses(setup, 1, 10);
        try (Workers workers = new Workers(1);
                StepTrainer trainer = trainer(new ReferenceBackend(), workers, setup)) {
            for (double loss : fast) {
                trainer.step();
                assertThat(trainer.loss(0)).isCloseTo(loss, within(1e-11));
            }
        }
    }

    @Test
    void theSameRunTwiceGivesTheSameBits() {
        TrainingSetup setup = TinySetup.setup(DType.FLOAT32, Batching.DEDUPLICATED, SEED);
        assertThat(losses(setup, 2, 30)).containsExactly(losses(setup, 2, 30));
    }

    /** Models that train side by side are those that train alone with one worker, whatever the number of workers. */
    @ParameterizedTest
    @CsvSource({"DYCK, 1", "DYCK, 2", "DYCK, 4", "MODULAR, 1", "MODULAR, 2", "SCAN, 2"})
    void runAxisEqualsSeparateRuns(TinyTask task, int threads) {
        long[] seeds = {3, 4, 5};
        try (Workers workers = new Workers(threads);
                StepTrainer together = trainer(cpu, workers, task.setup(DType.FLOAT32, Batching.DEDUPLICATED, seeds))) {
            step(together, 40);
            for (int run = 0; run < seeds.length; run++) {
                requireSame(task, together, run, seeds[run], 40);
            }
        }
    }

    @Test
    void hyperparametersAreThoseOfEachRunAndOfEachStep() {
        hyperparametersAreThoseOfEachRunAndOfEachStep(FusedOptimizer::adamW);
        hyperparametersAreThoseOfEachRunAndOfEachStep(TinySetup::muon);
    }

    private void hyperparametersAreThoseOfEachRunAndOfEachStep(OptimizerFactory optimizer) {
        long[] seeds = {3, 4, 5};
        List<OptimizerSettings> settings = TinySetup.scheduled();
        TrainingSetup setup =
                TinySetup.with(TinySetup.setup(DType.FLOAT32, Batching.DEDUPLICATED, seeds), optimizer, settings);
        try (Workers workers = new Workers(2);
                StepTrainer together = trainer(cpu, workers, setup)) {
            step(together, 20);
            for (int run = 0; run < seeds.length; run++) {
                TrainingSetup own = TinySetup.with(
                        TinySetup.setup(DType.FLOAT32, Batching.DEDUPLICATED, seeds[run]),
                        optimizer,
                        List.of(settings.get(run)));
                try (Workers one = new Workers(1);
                        StepTrainer alone = trainer(cpu, one, own)) {
                    step(alone, 20);
                    requireSame(together, run, alone);
                    assertThat(together.learningRate(run)).isEqualTo(alone.learningRate(0));
                    assertThat(together.weightDecay(run)).isEqualTo(alone.weightDecay(0));
                }
            }
            // The floor, constant, and ½(1 + cos(17π/27)).
            assertThat(together.learningRate(0)).isCloseTo(1e-3, within(1e-18));
            assertThat(together.learningRate(1)).isEqualTo(5e-3);
            assertThat(together.learningRate(2)).isCloseTo(1e-2 * (1 + Math.cos(17 * Math.PI / 27)), within(1e-17));
            assertThat(together.weightDecay(0)).isEqualTo(0.1);
            assertThat(together.weightDecay(1)).isEqualTo(1);
            assertThat(together.weightDecay(2)).isEqualTo(1);
        }
    }

    @Test
    void aFinishedRunStaysAsItIsAndLeavesTheOthersAlone() {
        long[] seeds = {3, 4, 5};
        try (Workers workers = new Workers(2);
                StepTrainer together =
                        trainer(cpu, workers, TinySetup.setup(DType.FLOAT32, Batching.DEDUPLICATED, seeds))) {
            step(together, 10);
            together.finish(1);
            step(together, 10);
            requireSame(TinyTask.DYCK, together, 1, seeds[1], 10);
            together.finish(0);
            step(together, 10);
            requireSame(TinyTask.DYCK, together, 0, seeds[0], 20);
            requireSame(TinyTask.DYCK, together, 1, seeds[1], 10);
            requireSame(TinyTask.DYCK, together, 2, seeds[2], 30);
        }
    }

    private static void step(StepTrainer trainer, int steps) {
        for (int step = 0; step < steps; step++) {
            trainer.step();
        }
    }

    /** One of several runs has the bits of one that took {@code steps} steps alone, with one worker. */
    private void requireSame(TinyTask task, StepTrainer together, int run, long seed, int steps) {
        try (Workers one = new Workers(1);
                StepTrainer alone = trainer(cpu, one, task.setup(DType.FLOAT32, Batching.DEDUPLICATED, seed))) {
            step(alone, steps);
            requireSame(together, run, alone);
        }
    }

    private static void requireSame(StepTrainer together, int run, StepTrainer alone) {
        assertThat(together.loss(run)).isEqualTo(alone.loss(0));
        assertThat(together.gradientNorm(run)).isEqualTo(alone.gradientNorm(0));
        assertThat(together.parameterNorms()[run]).isEqualTo(alone.parameterNorms()[0]);
        MemorySegment joint = together.parameters().flat().run(run).segment();
        assertThat(joint.mismatch(alone.parameters().flat().run(0).segment())).isEqualTo(-1);
        assertThat(together.evaluateTest()[run]).isEqualTo(alone.evaluateTest()[0]);
        assertThat(together.evaluateTrain()[run]).isEqualTo(alone.evaluateTrain()[0]);
    }

    @Tag("garbage")
    @ParameterizedTest
    @CsvSource({"DYCK, DEDUPLICATED", "DYCK, PREFIXES", "MODULAR, DEDUPLICATED", "SCAN, DEDUPLICATED"})
    void aStepAllocatesNothing(TinyTask task, Batching batching) {
        TrainingSetup setup = task.setup(DType.FLOAT32, batching, SEED);
        Recorder everyStep = new Recorder(1, update -> {});
        Recorder everyThird = new Recorder(3, update -> {});
        try (Workers workers = new Workers(1);
                StepTrainer trainer = trainer(cpu, workers, setup, everyStep, everyThird)) {
            assertThat(Allocations.bytesPerCall(trainer::step)).isZero();
        }
    }

    @Test
    void updatesAreExactAtEveryStride() {
        TrainingSetup setup = TinySetup.setup(DType.FLOAT64, Batching.DEDUPLICATED, SEED);
        double[] decayOfTwo = new double[1];
        Recorder two =
                new Recorder(2, update -> decayOfTwo[0] = update.decayPart().get(0, 5));
        Recorder three = new Recorder(3, this::assertPartsSum);
        try (Workers workers = new Workers(2);
                StepTrainer trainer = trainer(cpu, workers, setup, two, three)) {
            Tensor watched = trainer.parameters().flat();
            for (int pair = 0; pair < 6; pair++) {
                double expected = 0;
                double begin = watched.get(0, 5);
                for (int step = 0; step < 2; step++) {
                    expected -= 1e-2 * 0.5 * watched.get(0, 5);
                    trainer.step();
                }
                assertThat(decayOfTwo[0]).isCloseTo(expected, within(1e-15));
                assertThat(two.total).isCloseTo(watched.get(0, 5) - begin, within(1e-15));
            }
            assertThat(two.observations).isEqualTo(6);
            assertThat(three.observations).isEqualTo(4);
        }
    }

    @Test
    void observersAreToldTheDecayOfEachStep() {
        TrainingSetup setup = TinySetup.setup(DType.FLOAT64, Batching.DEDUPLICATED, 3, 4, 5);
        double[] sums = new double[20];
        Recorder two = new Recorder(2, update -> sums[(int) update.step() - 1] = update.decayFactor(0, update.step()));
        try (Workers workers = new Workers(2);
                StepTrainer trainer = trainer(
                        cpu, workers, TinySetup.with(setup, FusedOptimizer::adamW, TinySetup.scheduled()), two)) {
            step(trainer, 20);
        }
        // In the warm-up, at its end, on the cosine with a ramp of weight decay, and at the floor.
        assertThat(sums[1]).isCloseTo(0.5 * (0.2 + 0.4) * 1e-2, within(1e-17));
        assertThat(sums[5]).isCloseTo(0.5 * (1 + 0.5 * (1 + Math.cos(0.1 * Math.PI))) * 1e-2, within(1e-17));
        double ninth = 0.5 * (1 + Math.cos(0.4 * Math.PI)) * 0.4;
        double tenth = 0.5 * (1 + Math.cos(0.5 * Math.PI)) * 0.3;
        assertThat(sums[9]).isCloseTo((ninth + tenth) * 1e-2, within(1e-17));
        assertThat(sums[19]).isCloseTo(0.1 * (0.1 + 0.1) * 1e-2, within(1e-17));
    }

    private void assertPartsSum(Update update) {
        Tensor decayPart = update.decayPart();
        try (MemoryOwner owner = MemoryOwner.open("parts of an update")) {
            Tensor gradientPart = Tensor.allocate(owner, decayPart.type(), decayPart.shape());
            update.gradientPart(cpu, gradientPart);
            for (long i = 0; i < decayPart.size(1); i++) {
                double total = update.parametersAfter().get(0, i)
                        - update.parametersBefore().get(0, i);
                assertThat(gradientPart.get(0, i) + decayPart.get(0, i)).isCloseTo(total, within(1e-15));
            }
        }
    }

    @Test
    void divergenceNamesRunSeedStepAndTensor() {
        TrainingSetup setup = TinySetup.setup(DType.FLOAT32, Batching.DEDUPLICATED, SEED);
        try (Workers workers = new Workers(1);
                StepTrainer trainer = trainer(cpu, workers, setup)) {
            trainer.step();
            trainer.parameters().get("encoder.layers.1.linear1.weight").set(Double.NaN, 0, 2, 1);
            assertThatThrownBy(trainer::step)
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining("run 0 (seed 11), step 2")
                    .hasMessageContaining("encoder.layers.1.linear1.weight");
        }
    }

    @Test
    void withoutADivergedRunTheOthersGoOn() {
        long[] seeds = {3, 4};
        try (Workers workers = new Workers(2);
                StepTrainer together =
                        trainer(cpu, workers, TinySetup.setup(DType.FLOAT32, Batching.DEDUPLICATED, seeds))) {
            step(together, 5);
            together.parameters().get("head.bias").set(Double.NaN, 0, 2);
            assertThatThrownBy(together::step)
                    .isInstanceOfSatisfying(
                            DivergenceException.class,
                            divergence -> assertThat(divergence.run()).isZero());
            together.finish(0);
            step(together, 5);
            requireSame(TinyTask.DYCK, together, 1, seeds[1], 10);
        }
    }

    /** Remembers what it was given. */
    private static final class Recorder extends QuietObserver {
        private final Consumer<Update> check;
        private int observations;
        private double total;

        Recorder(int stride, Consumer<Update> check) {
            super("recorder", stride);
            this.check = check;
        }

        @Override
        public void record(Update update) {
            observations++;
            check.accept(update);
            if (stride() == 2) {
                total = update.parametersAfter().get(0, 5)
                        - update.parametersBefore().get(0, 5);
            }
        }
    }
}
