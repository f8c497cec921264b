package dev.spectraledge.analysis.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.Optimizer;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.RunInputs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepStabilityTest {
    private static final double RATE = 1e-3;

    /** Steps of ½hθ² with frozen P = 1, from its recurrence. */
    private static double after(int steps, double h, Optimizer kind, double momentum, boolean nesterov) {
        double theta = 1;
        double moment = 0;
        for (int step = 0; step < steps; step++) {
            double gradient = h * theta;
            moment = momentum * moment + (kind == Optimizer.SGD ? 1 : 1 - momentum) * gradient;
            theta -= RATE * (nesterov ? gradient + momentum * moment : moment);
        }
        return Math.abs(theta);
    }

    @ParameterizedTest
    @CsvSource({"SGD,0,false", "SGD,0.9,false", "SGD,0.9,true", "SGD,0.5,true", "ADAMW,0.9,false", "ADAM,0.5,false"})
    void belowTheLimitAQuadraticConvergesAndAboveItDiverges(Optimizer kind, double momentum, boolean nesterov) {
        double limit = StepStability.factor(kind, settings(momentum), nesterov) / RATE;
        assertThat(after(10_000, 0.99 * limit, kind, momentum, nesterov)).isLessThan(1e-3);
        assertThat(after(10_000, 1.01 * limit, kind, momentum, nesterov)).isGreaterThan(1e3);
    }

    private static OptimizerSettings settings(double momentum) {
        return new OptimizerSettings(RATE, 0, momentum, 0.98, 1e-8, momentum, Double.POSITIVE_INFINITY);
    }

    @Test
    void withAdamsUsualMomentumItIsThirtyEightOverTheLearningRate() {
        assertThat(StepStability.factor(Optimizer.ADAMW, settings(0.9), false)).isCloseTo(38, within(1e-12));
    }

    /** Without first moment, decay and clipping, a step of AdamW is −ηP⁻¹g. */
    @Test
    void thePreconditionerIsThatOfTheStep() {
        RunConfig config = new ConfigResolver()
                .override("task.name=dyck")
                .override("task.sequences=90")
                .override("model.width=16")
                .override("model.heads=2")
                .override("model.feedForwardWidth=16")
                .override("training.precision=float64")
                .override("training.beta1=0")
                .override("training.weightDecay=0")
                .override("training.clip=null")
                .override("training.learningRate=" + RATE)
                .resolve();
        Backend backend = new CpuBackend();
        try (RunInputs inputs = new RunInputs(List.of(config));
                MemoryOwner owner = MemoryOwner.open("step stability");
                Workers workers = new Workers(1)) {
            TrainingSetup setup = inputs.setup();
            try (StepTrainer trainer =
                    new StepTrainer(Lanes.onHost(backend, workers), setup, inputs.batches(setup), List.of())) {
                trainer.initialise();
                trainer.start();
                trainer.advanceTo(6, done -> {});
                Tensor theta = trainer.parameters().flat();
                Tensor before = backend.allocate(owner, DType.FLOAT64, 1, theta.size(1));
                Tensor direction = backend.allocate(owner, DType.FLOAT64, 1, theta.size(1));
                backend.copy(theta, before);
                trainer.advanceTo(7, done -> {});
                StepStability stability =
                        new StepStability(config.training(), setup.settings().getFirst(), 0, trainer::optimizer);
                stability.preconditioner(7).divide(trainer.gradients().flat(), direction);
                double largest = 0;
                for (long i = 0; i < theta.size(1); i++) {
                    double step = before.get(0, i) - theta.get(0, i);
                    largest = Math.max(largest, Math.abs(step));
                    // A parameter of at most 8 is rounded to 1e-15 before and after.
                    assertThat(RATE * direction.get(0, i)).isCloseTo(step, within(2e-15 + 1e-13 * Math.abs(step)));
                }
                assertThat(largest).isGreaterThan(0.1 * RATE);
                assertThat(stability.limit(7)).isCloseTo(2 / RATE, within(1e-9));
            }
        }
    }
}
