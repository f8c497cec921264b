package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.training.SampledBatches;
import dev.spectraledge.trainer.training.TinySetup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepInterventionTest {
    private static final double RATE = 0.1;
    private static final double DECAY = 0.5;
    /** Norms of gradients are greater than this, so that all are clipped. */
    private static final double CLIP = 1e-3;

    private final Backend backend = new CpuBackend();

    /** Weights of each run after {@code steps} steps of gradient descent. */
    private List<double[]> train(int steps, StepIntervention intervention, long... seeds) {
        TrainingSetup plain = TinySetup.setup(DType.FLOAT64, Batching.DEDUPLICATED, seeds);
        TrainingSetup setup = TinySetup.with(
                plain,
                FusedOptimizer::sgd,
                Collections.nCopies(seeds.length, new OptimizerSettings(RATE, DECAY, 0.9, 0.98, 1e-8, 0, CLIP)));
        try (Workers workers = new Workers(2);
                StepTrainer trainer = new StepTrainer(
                        Lanes.onHost(backend, workers),
                        setup,
                        new SampledBatches(setup.seeds(), setup.trainSequences()),
                        List.of(),
                        intervention)) {
            trainer.initialise();
            trainer.start();
            trainer.advanceTo(steps, step -> {});
            List<double[]> weights = new ArrayList<>();
            for (int run = 0; run < seeds.length; run++) {
                weights.add(numbers(trainer.parameters().runs(run, run + 1).flat()));
            }
            return weights;
        }
    }

    private static double[] numbers(Tensor flat) {
        double[] numbers = new double[(int) flat.size(1)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = flat.get(0, i);
        }
        return numbers;
    }

    @Test
    void oneThatDoesNothingChangesNoBit() {
        assertThat(train(5, (run, step, parameters, gradient) -> {}, 3, 4).get(1))
                .containsExactly(train(5, StepIntervention.NONE, 3, 4).get(1));
    }

    @Test
    void whatIsDoneToOneRunIsDoneToNoOther() {
        List<double[]> undisturbed = train(5, StepIntervention.NONE, 3, 4);
        List<double[]> disturbed = train(
                5,
                (run, step, parameters, gradient) -> {
                    if (run == 1 && step == 3) {
                        backend.fill(parameters, 0);
                    }
                },
                3,
                4);
        assertThat(disturbed.get(0)).containsExactly(undisturbed.get(0));
        assertThat(disturbed.get(1)).isNotEqualTo(undisturbed.get(1));
    }

    @Test
    void withoutGradientsOnlyTheDecayIsLeft() {
        double[] before = train(0, StepIntervention.NONE, 3).getFirst();
        double[] after = train(2, (run, step, parameters, gradient) -> backend.fill(gradient, 0), 3)
                .getFirst();
        double factor = (1 - RATE * DECAY) * (1 - RATE * DECAY);
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(factor * before[i], within(1e-15));
        }
    }

    @Test
    void theFactorOfClippingIsThatOfTheUntouchedGradient() {
        double[] before = train(0, StepIntervention.NONE, 3).getFirst();
        double[] once = train(1, StepIntervention.NONE, 3).getFirst();
        double[] twice = train(1, (run, step, parameters, gradient) -> backend.scale(2, gradient), 3)
                .getFirst();
        for (int i = 0; i < before.length; i++) {
            double decayed = (1 - RATE * DECAY) * before[i];
            assertThat(twice[i] - decayed).isCloseTo(2 * (once[i] - decayed), within(1e-15));
        }
        double square = 0;
        for (int i = 0; i < before.length; i++) {
            double change = once[i] - (1 - RATE * DECAY) * before[i];
            square += change * change;
        }
        assertThat(Math.sqrt(square)).isCloseTo(RATE * CLIP, within(1e-2 * RATE * CLIP));
    }
}
