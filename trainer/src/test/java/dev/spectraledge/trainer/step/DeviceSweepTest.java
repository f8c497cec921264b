package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cuda.EmulatedDevice;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.optimizer.ScheduleSettings;
import dev.spectraledge.trainer.training.SampledBatches;
import dev.spectraledge.trainer.training.TinySetup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Eight runs of one graph against the same runs alone. Their batches are padded, and every run begins at a multiple of 64
 * elements, so that all products have the sizes and the alignment that they have in a run alone: the results are the same bytes,
 * on a device where the order of a sum depends on nothing else. Where batches are filled up to the largest of eight runs, a
 * product has other sizes, and the results differ by rounding.
 */
class DeviceSweepTest {
    private static final int RUNS = 8;
    private static final int STEPS = 3;
    /** What float64 sums in another order may differ by. */
    private static final double OTHER_ORDER = 1e-11;

    private static final long[] SEEDS = LongStream.range(3, 3 + RUNS).toArray();

    @RegisterExtension
    private final EmulatedDevice device = new EmulatedDevice(TestMemory.DATA).withoutAccessChecks();

    /** Learning rate, weight decay, betas, clipping and schedule of each run are its own. */
    private static OptimizerSettings settings(int run) {
        double never = Double.POSITIVE_INFINITY;
        return new OptimizerSettings(
                1e-3 * (1 + run),
                0.1 * run,
                0.8 + 0.02 * run,
                0.9 + 0.01 * run,
                1e-8,
                0,
                run % 2 == 0 ? 0.05 * (1 + run) : never,
                new ScheduleSettings(run, never, 0, 1, never, 0));
    }

    private static TrainingSetup setup(DType type, Batching batching, int... runs) {
        TrainingSetup setup = TinySetup.setup(
                type, batching, IntStream.of(runs).mapToLong(run -> SEEDS[run]).toArray());
        return new TrainingSetup(
                setup.data(),
                setup.architecture(),
                setup.paddingToken(),
                setup.seeds(),
                IntStream.of(runs).mapToObj(DeviceSweepTest::settings).toList(),
                FusedOptimizer::adamW,
                4,
                batching,
                type);
    }

    private static int[] all() {
        return IntStream.range(0, RUNS).toArray();
    }

    private StepTrainer trainer(TrainingSetup setup) {
        return new StepTrainer(
                Lanes.onDevice(device.backend()),
                setup,
                new SampledBatches(setup.seeds(), setup.trainSequences()),
                List.of());
    }

    private StepTrainer started(TrainingSetup setup) {
        StepTrainer trainer = trainer(setup);
        trainer.initialise();
        trainer.start();
        return trainer;
    }

    private double[] weights(StepTrainer trainer, int run) {
        Tensor own = trainer.parameters().runs(run, run + 1).flat();
        try (MemoryOwner owner = MemoryOwner.open("weights")) {
            Tensor copy = Tensor.allocate(owner, own.type(), own.shape());
            device.backend().copy(own, copy);
            return IntStream.range(0, (int) own.size(1))
                    .mapToDouble(i -> copy.get(0, i))
                    .toArray();
        }
    }

    private double[] weightsAlone(TrainingSetup setup, int steps) {
        try (StepTrainer alone = started(setup)) {
            alone.advanceTo(steps, step -> {});
            return weights(alone, 0);
        }
    }

    /** @param setups of given runs */
    private void runsHaveTheBytesThatTheyHaveAlone(Function<int[], TrainingSetup> setups, int steps) {
        List<double[]> together = new ArrayList<>();
        long nodes;
        try (StepTrainer sweep = started(setups.apply(all()))) {
            sweep.advanceTo(steps, step -> {});
            nodes = device.backend().device().recordedNodes();
            for (int run = 0; run < RUNS; run++) {
                together.add(weights(sweep, run));
            }
        }
        try (StepTrainer alone = started(setups.apply(new int[] {0}))) {
            alone.advanceTo(2, step -> {});
            assertThat(device.backend().device().recordedNodes()).isEqualTo(nodes);
        }
        for (int run = 0; run < RUNS; run++) {
            assertThat(weightsAlone(setups.apply(new int[] {run}), steps))
                    .as("run %d", run)
                    .isEqualTo(together.get(run));
        }
    }

    @Test
    void runsHaveTheBytesThatTheyHaveAlone() {
        runsHaveTheBytesThatTheyHaveAlone(runs -> setup(DType.FLOAT32, Batching.PADDED, runs), STEPS);
    }

    /** So many tokens that there are logits of a chunk of rows alone, and a table whose gradient is added up in order. */
    @Test
    void languageModelsOfManyTokensHaveTheBytesThatTheyHaveAlone() {
        TransformerShape shape = new TransformerShape(1030, 1030, 9, 9, 1, 8, 2, 16, Gelu.ERF);
        runsHaveTheBytesThatTheyHaveAlone(runs -> languageModels(shape, runs), 2);
    }

    /** Of the size of the preset nano, with two windows of 128 bytes a step. */
    @Test
    @Tag("nightly")
    void smallLanguageModelsHaveTheBytesThatTheyHaveAlone() {
        TransformerShape shape = new TransformerShape(256, 256, 128, 128, 4, 128, 4, 512, Gelu.ERF);
        runsHaveTheBytesThatTheyHaveAlone(runs -> languageModels(shape, runs), 2);
    }

    private static TrainingSetup languageModels(TransformerShape shape, int... runs) {
        return new TrainingSetup(
                Collections.nCopies(runs.length, TinySetup.tokens(shape.vocabulary(), shape.contextLength())),
                new GptArchitecture(shape, false, false),
                0,
                IntStream.of(runs).mapToLong(run -> SEEDS[run]).toArray(),
                IntStream.of(runs).mapToObj(DeviceSweepTest::settings).toList(),
                (target, settings) -> FusedOptimizer.adamW(target.decaying(DecayedParameters.MATRICES), settings),
                2,
                Batching.PACKED,
                DType.FLOAT32);
    }

    @Test
    void runsThatShareTheLargestBatchDifferByRounding() {
        try (StepTrainer sweep = started(setup(DType.FLOAT64, Batching.DEDUPLICATED, all()))) {
            sweep.advanceTo(STEPS, step -> {});
            for (int run : new int[] {0, RUNS - 1}) {
                assertThat(weights(sweep, run))
                        .containsExactly(
                                weightsAlone(setup(DType.FLOAT64, Batching.DEDUPLICATED, run), STEPS),
                                within(OTHER_ORDER));
            }
        }
    }

    @Test
    void aRunThatFailsDoesSoAlone() {
        int failing = 5;
        try (StepTrainer undisturbed = started(setup(DType.FLOAT32, Batching.PADDED, all()));
                StepTrainer sweep = started(setup(DType.FLOAT32, Batching.PADDED, all()))) {
            sweep.parameters().get("encoder.layers.1.linear1.weight").set(Double.NaN, failing, 2, 1);
            assertThatThrownBy(() -> sweep.advanceTo(STEPS, step -> {}))
                    .isInstanceOfSatisfying(
                            DivergenceException.class,
                            divergence -> assertThat(divergence.run()).isEqualTo(failing));
            sweep.finish(failing);
            sweep.advanceTo(STEPS, step -> {});
            undisturbed.advanceTo(STEPS, step -> {});
            for (int run = 0; run < RUNS; run++) {
                if (run != failing) {
                    assertThat(weights(sweep, run)).as("run %d", run).isEqualTo(weights(undisturbed, run));
                }
            }
        }
    }

    @Test
    void oneOfThemGoesOnAloneFromWhereTheyWere() {
        int resumed = 6;
        try (StepTrainer sweep = started(setup(DType.FLOAT32, Batching.PADDED, all()));
                StepTrainer alone = trainer(setup(DType.FLOAT32, Batching.PADDED, resumed))) {
            sweep.advanceTo(2, step -> {});
            Backend backend = device.backend();
            backend.copy(
                    sweep.parameters().runs(resumed, resumed + 1).flat(),
                    alone.parameters().flat());
            sweep.optimizer()
                    .state()
                    .forEach((name, moments) -> backend.copy(
                            moments.runs(resumed, resumed + 1).flat(),
                            alone.optimizer().state().get(name).flat()));
            alone.resumeFrom(2);
            sweep.advanceTo(4, step -> {});
            alone.advanceTo(4, step -> {});
            assertThat(weights(alone, 0)).isEqualTo(weights(sweep, resumed));
        }
    }
}
