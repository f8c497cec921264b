package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.ParameterSpec;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.training.SampledBatches;
import dev.spectraledge.trainer.training.TinySetup;
import dev.spectraledge.trainer.training.TinyTask;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What steps are, whatever the lanes are that compute them. */
abstract class StepTrainerContract {
    private static final long[] SEEDS = {3, 4};
    /** What sums of a few hundred numbers around one may differ by in another order. */
    private static final double OTHER_ORDER = 1e-12;

    private Lanes lanes;
    private Backend backend;

    /** The lanes under test, for one method. */
    abstract Lanes openLanes();

    abstract void closeLanes();

    /** Steps of a training, at least 3. */
    int steps() {
        return 5;
    }

    private List<Long> stepsFrom(long first) {
        return LongStream.rangeClosed(first, steps()).boxed().toList();
    }

    @BeforeEach
    void open() {
        lanes = openLanes();
        backend = lanes.backend();
    }

    @AfterEach
    void nothingLeaks() {
        closeLanes();
        assertThat(TestMemory.leaks()).isEmpty();
    }

    private StepTrainer started(Lanes own, TrainingSetup setup, StepIntervention intervention) {
        StepTrainer trainer = new StepTrainer(
                own, setup, new SampledBatches(setup.seeds(), setup.trainSequences()), List.of(), intervention);
        trainer.initialise();
        trainer.start();
        return trainer;
    }

    private StepTrainer started(TrainingSetup setup) {
        return started(lanes, setup, StepIntervention.NONE);
    }

    private double[] weights(StepTrainer trainer, int run) {
        return read(trainer.parameters(), run);
    }

    private double[] read(Parameters parameters, int run) {
        Tensor flat = parameters.runs(run, run + 1).flat();
        try (MemoryOwner owner = MemoryOwner.open("weights")) {
            Tensor copy = Tensor.allocate(owner, flat.type(), flat.shape());
            backend.copy(flat, copy);
            double[] weights = new double[(int) flat.size(1)];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = copy.get(0, i);
            }
            return weights;
        }
    }

    /** Every hyper-parameter differs from run to run and from step to step. */
    @ParameterizedTest
    @EnumSource(names = {"DYCK", "MODULAR"})
    void stepsAreThoseOfOneLaneOnTheHost(TinyTask task) {
        stepsAreThoseOfOneLaneOnTheHost(task, steps());
    }

    @Test
    void stepsOfAnEncoderDecoderAreThoseOfOneLaneOnTheHost() {
        stepsAreThoseOfOneLaneOnTheHost(TinyTask.SCAN, steps());
    }

    void stepsAreThoseOfOneLaneOnTheHost(TinyTask task, int steps) {
        TrainingSetup setup = TinySetup.with(
                task.setup(DType.FLOAT64, Batching.DEDUPLICATED, SEEDS),
                FusedOptimizer::adamW,
                TinySetup.scheduled().subList(0, SEEDS.length));
        try (Workers one = new Workers(1);
                StepTrainer plain = started(Lanes.onHost(new CpuBackend(), one), setup, StepIntervention.NONE);
                StepTrainer trainer = started(setup)) {
            trainer.advanceTo(steps, step -> {
                plain.step();
                for (int run = 0; run < SEEDS.length; run++) {
                    assertThat(trainer.loss(run)).isCloseTo(plain.loss(run), within(1e-11));
                    assertThat(trainer.gradientNorm(run)).isCloseTo(plain.gradientNorm(run), within(1e-10));
                    assertThat(trainer.learningRate(run)).isEqualTo(plain.learningRate(run));
                    assertThat(trainer.weightDecay(run)).isEqualTo(plain.weightDecay(run));
                }
            });
            Evaluation[] expected = plain.evaluateTest();
            Evaluation[] actual = trainer.evaluateTest();
            for (int run = 0; run < SEEDS.length; run++) {
                assertThat(actual[run].loss()).isCloseTo(expected[run].loss(), within(1e-10));
                assertThat(actual[run].accuracy()).isCloseTo(expected[run].accuracy(), within(1e-12));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DYCK", "MODULAR"})
    void fourBatchesAddUpToOneOfFourTimesTheSize(TinyTask task) {
        batchesAddUp(task);
    }

    @Test
    void fourBatchesOfAnEncoderDecoderAddUpToOneOfFourTimesTheSize() {
        batchesAddUp(TinyTask.SCAN);
    }

    void batchesAddUp(TinyTask task) {
        TrainingSetup small = task.setup(DType.FLOAT64, Batching.DEDUPLICATED, SEEDS[0]);
        try (StepTrainer whole = started(batches(small, 4 * small.batchSize(), 1));
                StepTrainer accumulated = started(batches(small, small.batchSize(), 4))) {
            whole.advanceTo(steps(), step -> {});
            accumulated.advanceTo(steps(), step -> {});
            assertThat(accumulated.loss(0)).isCloseTo(whole.loss(0), within(1e-11));
            assertThat(accumulated.gradientNorm(0)).isCloseTo(whole.gradientNorm(0), within(1e-10));
            assertThat(weights(accumulated, 0)).containsExactly(weights(whole, 0), within(1e-10));
        }
    }

    /** In two batches a step. */
    @Test
    void whatSequencesShareIsComputedOnceWithoutAnythingButRounding() {
        TrainingSetup whole = TinySetup.setup(DType.FLOAT64, Batching.DEDUPLICATED, SEEDS);
        TrainingSetup shared = TinySetup.setup(DType.FLOAT64, Batching.PREFIXES, SEEDS);
        try (StepTrainer expected = started(batches(whole, 16, 2));
                StepTrainer actual = started(batches(shared, 16, 2))) {
            expected.advanceTo(1, step -> {});
            actual.advanceTo(1, step -> {});
            for (int run = 0; run < SEEDS.length; run++) {
                assertThat(read(actual.gradients(), run))
                        .containsExactly(read(expected.gradients(), run), within(OTHER_ORDER));
            }
            expected.advanceTo(steps(), step -> {});
            actual.advanceTo(steps(), step -> {});
            Evaluation[] expectedTest = expected.evaluateTest();
            Evaluation[] actualTest = actual.evaluateTest();
            for (int run = 0; run < SEEDS.length; run++) {
                assertThat(actual.loss(run)).isCloseTo(expected.loss(run), within(OTHER_ORDER));
                assertThat(actual.gradientNorm(run)).isCloseTo(expected.gradientNorm(run), within(OTHER_ORDER));
                assertThat(weights(actual, run)).containsExactly(weights(expected, run), within(OTHER_ORDER));
                assertThat(actualTest[run].loss()).isCloseTo(expectedTest[run].loss(), within(OTHER_ORDER));
                assertThat(actualTest[run].accuracy()).isEqualTo(expectedTest[run].accuracy());
            }
        }
    }

    private static TrainingSetup batches(TrainingSetup setup, int batchSize, int accumulation) {
        return new TrainingSetup(
                setup.data(),
                setup.architecture(),
                setup.paddingToken(),
                setup.seeds(),
                // Plain descent: Adam divides by gradients that may be nothing but rounding.
                Collections.nCopies(setup.runs(), new OptimizerSettings(0.1, 0.1, 0.9, 0.98, 1e-8, 0, 1)),
                FusedOptimizer::sgd,
                batchSize,
                setup.batching(),
                setup.precision(),
                setup.lossGradient(),
                setup.evaluationTokens(),
                accumulation);
    }

    @Test
    void anInterventionActsBetweenGradientAndUpdateOfItsRunAlone() {
        double rate = 0.1;
        double decay = 0.5;
        TrainingSetup setup = TinySetup.with(
                TinySetup.setup(DType.FLOAT64, Batching.DEDUPLICATED, SEEDS),
                FusedOptimizer::sgd,
                Collections.nCopies(SEEDS.length, new OptimizerSettings(rate, decay, 0.9, 0.98, 1e-8, 0, 1)));
        List<Long> steps = new ArrayList<>();
        StepIntervention withoutGradient = (run, step, parameters, gradient) -> {
            if (run == 1) {
                backend.fill(gradient, 0);
                steps.add(step);
            }
        };
        try (StepTrainer undisturbed = started(setup);
                StepTrainer disturbed = started(lanes, setup, withoutGradient)) {
            double[] before = weights(disturbed, 1);
            undisturbed.advanceTo(steps(), step -> {});
            disturbed.advanceTo(steps(), step -> {});
            assertThat(steps).isEqualTo(stepsFrom(1));
            assertThat(weights(disturbed, 0)).containsExactly(weights(undisturbed, 0));
            double[] after = weights(disturbed, 1);
            double factor = Math.pow(1 - rate * decay, steps());
            for (int i = 0; i < before.length; i++) {
                assertThat(after[i]).isCloseTo(factor * before[i], within(1e-15));
            }
        }
    }

    /** Without gradients only the decay is left, of what decays; its schedule changes something in every step. */
    @Test
    void weightDecayActsOnWhatDecaysAlone() {
        OptimizerSettings settings = TinySetup.scheduled().getFirst();
        TrainingSetup setup = TinySetup.with(
                TinySetup.setup(DType.FLOAT64, Batching.DEDUPLICATED, SEEDS[0]),
                (target, own) -> FusedOptimizer.adamW(target.decaying(DecayedParameters.MATRICES), own),
                List.of(settings));
        StepIntervention withoutGradient = (run, step, parameters, gradient) -> backend.fill(gradient, 0);
        try (StepTrainer trainer = started(lanes, setup, withoutGradient)) {
            double[] before = weights(trainer, 0);
            trainer.advanceTo(steps(), step -> {});
            double[] after = weights(trainer, 0);
            double factor = 1;
            for (long step = 1; step <= steps(); step++) {
                factor *= 1 - trainer.optimizer().learningRate(0, step) * settings.weightDecay();
            }
            ParameterLayout layout = setup.architecture().layout();
            for (ParameterSpec spec : layout.specs()) {
                double left = spec.shape().length > 1 ? factor : 1;
                int begin = (int) layout.offset(spec.name());
                for (int i = begin; i < begin + spec.elements(); i++) {
                    assertThat(after[i]).as(spec.name()).isCloseTo(left * before[i], within(1e-14));
                }
            }
        }
    }

    @Test
    void aRunWhoseLossIsNotFiniteKeepsItsWeightsAndTheOthersGoOn() {
        TrainingSetup setup = TinySetup.setup(DType.FLOAT32, Batching.DEDUPLICATED, SEEDS);
        try (StepTrainer undisturbed = started(setup);
                StepTrainer trainer = started(setup)) {
            trainer.advanceTo(2, step -> {});
            trainer.parameters().get("encoder.layers.1.linear1.weight").set(Double.NaN, 1, 2, 1);
            double[] last = weights(trainer, 1);
            assertThatThrownBy(() -> trainer.advanceTo(steps(), step -> {}))
                    .isInstanceOfSatisfying(
                            DivergenceException.class,
                            divergence -> assertThat(divergence.run()).isEqualTo(1))
                    .hasMessageContaining("run 1 (seed 4), step 3")
                    .hasMessageContaining("encoder.layers.1.linear1.weight");
            assertThat(trainer.stepsDone()).isEqualTo(2);
            trainer.finish(1);
            List<Long> heard = new ArrayList<>();
            trainer.advanceTo(steps(), heard::add);
            undisturbed.advanceTo(steps(), step -> {});
            assertThat(heard).isEqualTo(stepsFrom(3));
            assertThat(weights(trainer, 1)).containsExactly(last);
            assertThat(weights(trainer, 0)).containsExactly(weights(undisturbed, 0));
        }
    }

    @Test
    void aGradientThatIsNotFiniteIsNamed() {
        TrainingSetup setup = TinySetup.setup(DType.FLOAT32, Batching.DEDUPLICATED, SEEDS[0]);
        try (StepTrainer trainer = started(setup)) {
            // Finite in single precision, but not once it is multiplied by numbers around one.
            backend.fill(trainer.parameters().get("encoder.layers.1.norm2.weight"), 3e38);
            double[] last = weights(trainer, 0);
            assertThatThrownBy(trainer::step)
                    .isInstanceOf(DivergenceException.class)
                    .hasMessageContaining("step 1")
                    .hasMessageContaining("the gradient of ");
            assertThat(weights(trainer, 0)).containsExactly(last);
        }
    }

    @Test
    void aRunThatHasEndedStaysAsItIs() {
        TrainingSetup setup = TinySetup.setup(DType.FLOAT32, Batching.DEDUPLICATED, SEEDS);
        try (StepTrainer undisturbed = started(setup);
                StepTrainer trainer = started(setup)) {
            trainer.advanceTo(2, step -> {});
            trainer.finish(1);
            double loss = trainer.loss(1);
            double[] last = weights(trainer, 1);
            trainer.advanceTo(steps(), step -> {});
            undisturbed.advanceTo(steps(), step -> {});
            assertThat(trainer.loss(1)).isEqualTo(loss);
            assertThat(weights(trainer, 1)).containsExactly(last);
            assertThat(weights(trainer, 0)).containsExactly(weights(undisturbed, 0));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DEDUPLICATED", "PREFIXES"})
    void aResumedTrainingHasTheBitsOfAnUndisturbedOne(Batching batching) {
        TrainingSetup setup = TinySetup.setup(DType.FLOAT32, batching, SEEDS);
        try (StepTrainer undisturbed = started(setup);
                StepTrainer resumed = started(setup)) {
            undisturbed.advanceTo(2, step -> {});
            backend.copy(undisturbed.parameters().flat(), resumed.parameters().flat());
            undisturbed
                    .optimizer()
                    .state()
                    .forEach((kind, moments) -> backend.copy(
                            moments.flat(),
                            resumed.optimizer().state().get(kind).flat()));
            resumed.resumeFrom(2);
            undisturbed.advanceTo(4, step -> {});
            resumed.advanceTo(4, step -> {});
            assertThat(weights(resumed, 1)).containsExactly(weights(undisturbed, 1));
        }
    }
}
