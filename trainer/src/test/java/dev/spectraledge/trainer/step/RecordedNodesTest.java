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

/** How many operations a step is for a device. Each waits for the one before, for about two microseconds. */
class RecordedNodesTest {
    @RegisterExtension
    private final EmulatedDevice device = new EmulatedDevice(TestMemory.DATA).withoutAccessChecks();

    private long nodesOfAStep(TrainingSetup setup) {
        try (StepTrainer trainer = new StepTrainer(
                Lanes.onDevice(device.backend()),
                setup,
                new SampledBatches(setup.seeds(), setup.trainSequences()),
                List.of())) {
            trainer.initialise();
            trainer.start();
            // The first step is called, the second one recorded.
            trainer.advanceTo(2, step -> {});
            return device.backend().device().recordedNodes();
        }
    }

    @Test
    void aStepOfTheCausalTransformer() {
        for (Batching batching : List.of(Batching.DEDUPLICATED, Batching.PACKED, Batching.PADDED)) {
            assertThat(nodesOfAStep(TinyTask.DYCK.setup(DType.FLOAT32, batching, 3)))
                    .as(batching.key())
                    .isLessThanOrEqualTo(60);
        }
    }

    @Test
    void aStepOfTheSequenceClassifier() {
        assertThat(nodesOfAStep(TinyTask.MODULAR.setup(DType.FLOAT32, Batching.DEDUPLICATED, 3)))
                .isLessThanOrEqualTo(68);
    }

    @Test
    void aStepOfTheEncoderDecoder() {
        assertThat(nodesOfAStep(TinySetup.scanOfLayers(3, 3))).isLessThanOrEqualTo(210);
    }
}
