package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.cuda.EmulatedDevice;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.training.SampledBatches;
import dev.spectraledge.trainer.training.TinySetup;
import dev.spectraledge.trainer.training.TinyTask;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How many operations a step is for a device, and how many of them wait for each other, each for the one before and about two
 * microseconds: all but the gradients of weights and biases, unless these have to be done before what they are made of is
 * overwritten.
 */
class RecordedNodesTest {
    @RegisterExtension
    private final EmulatedDevice device = new EmulatedDevice(TestMemory.DATA).withoutAccessChecks();

    private void requireStep(TrainingSetup setup, int mostNodes, int longestChain) {
        try (StepTrainer trainer = new StepTrainer(
                Lanes.onDevice(device.backend()),
                setup,
                new SampledBatches(setup.seeds(), setup.trainSequences()),
                List.of())) {
            trainer.initialise();
            trainer.start();
            // The first step is called, the second one recorded.
            trainer.advanceTo(2, step -> {});
            assertThat(device.backend().device().recordedNodes()).isLessThanOrEqualTo(mostNodes);
            assertThat(device.machine().get("graph-depth")).isLessThanOrEqualTo(longestChain);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "PREFIXES", mode = EnumSource.Mode.EXCLUDE)
    void aStepOfTheCausalTransformer(Batching batching) {
        requireStep(TinyTask.DYCK.setup(DType.FLOAT32, batching, 3), 60, 41);
    }

    @Test
    void aStepOfTheSequenceClassifier() {
        requireStep(TinyTask.MODULAR.setup(DType.FLOAT32, Batching.DEDUPLICATED, 3), 68, 52);
    }

    @Test
    void aStepOfTheEncoderDecoder() {
        requireStep(TinySetup.scanOfLayers(3, 3), 210, 169);
    }
}
