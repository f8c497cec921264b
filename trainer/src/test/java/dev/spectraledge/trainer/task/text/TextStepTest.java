package dev.spectraledge.trainer.task.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.RunInputs;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A step of a language model makes no garbage. */
class TextStepTest {
    @Tag("garbage")
    @Test
    void aStepOfASmallModelMakesNoGarbage() {
        requireNoGarbage(
                "model.layers=2",
                "model.width=32",
                "model.heads=2",
                "model.feedForwardWidth=64",
                "model.positions=16",
                "training.batchSize=2");
    }

    /** The default model, by a batch that is as small as possible: what is allocated does not depend on it. */
    @Tag("nightly")
    @Test
    void aStepOfNanoMakesNoGarbage() {
        requireNoGarbage("training.batchSize=1");
    }

    private static void requireNoGarbage(String... overrides) {
        ConfigResolver resolver = new ConfigResolver();
        List.of("task.name=text", "task.source=rules", "task.tokens=20000", "threads=1")
                .forEach(resolver::override);
        List.of(overrides).forEach(resolver::override);
        try (RunInputs inputs = new RunInputs(List.of(resolver.resolve()));
                Workers alone = new Workers(1)) {
            TrainingSetup setup = inputs.setup();
            try (StepTrainer trainer =
                    new StepTrainer(Lanes.onHost(new CpuBackend(), alone), setup, inputs.batches(setup), List.of())) {
                trainer.initialise();
                trainer.start();
                assertThat(Allocations.bytesPerCall(trainer::step)).isZero();
            }
        }
    }
}
