package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cuda.EmulatedDevice;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.training.TinyTask;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A training that goes on from step n computes every step as if it had never stopped, on a device where sizes matter. */
class ResumedDeviceTest {
    private static final long SEED = 3;
    /** The step whose batch is larger than all others of its block. */
    private static final int LARGE_STEP = 2;

    private static final int RESUMED = 5;
    private static final int LAST = 7;
    private static final int BATCH = 40;
    /** As many as every task has; they need more rows than one does. */
    private static final int SEQUENCES = 20;

    /** Every step sees one sequence again and again, {@link #LARGE_STEP} many different ones. */
    private static final BatchSource BATCHES = (step, run, draws) -> {
        if (step == LARGE_STEP) {
            Arrays.setAll(draws, i -> i % SEQUENCES);
        } else {
            Arrays.fill(draws, step % 3);
        }
    };

    @RegisterExtension
    private final EmulatedDevice device = new EmulatedDevice(TestMemory.DATA);

    private StepTrainer trainer(TrainingSetup setup) {
        return new StepTrainer(Lanes.onDevice(device.backend()), setup, BATCHES, List.of());
    }

    @Test
    void bytesAfterAResumeAreThoseOfAnUndisturbedRun() {
        bytesAfterAResumeAreThoseOfAnUndisturbedRun(TinyTask.DYCK);
    }

    @Test
    @Tag("nightly")
    void bytesAfterAResumeAreThoseOfAnUndisturbedRunOfAnEncoderDecoder() {
        bytesAfterAResumeAreThoseOfAnUndisturbedRun(TinyTask.SCAN);
    }

    private void bytesAfterAResumeAreThoseOfAnUndisturbedRun(TinyTask task) {
        TrainingSetup small = task.setup(DType.FLOAT32, Batching.DEDUPLICATED, SEED);
        TrainingSetup setup = new TrainingSetup(
                small.data(),
                small.architecture(),
                small.paddingToken(),
                small.seeds(),
                small.settings(),
                small.optimizer(),
                BATCH,
                small.batching(),
                small.precision());
        try (MemoryOwner owner = MemoryOwner.open("parameters");
                StepTrainer undisturbed = trainer(setup);
                StepTrainer resumed = trainer(setup)) {
            undisturbed.initialise();
            undisturbed.start();
            undisturbed.advanceTo(RESUMED, step -> {});
            device.backend()
                    .copy(undisturbed.parameters().flat(), resumed.parameters().flat());
            undisturbed
                    .optimizer()
                    .state()
                    .forEach((name, state) -> device.backend()
                            .copy(
                                    state.flat(),
                                    resumed.optimizer().state().get(name).flat()));
            resumed.resumeFrom(RESUMED);

            undisturbed.advanceTo(LAST, step -> {});
            resumed.advanceTo(LAST, step -> {});

            assertThat(onHost(owner, resumed)
                            .segment()
                            .mismatch(onHost(owner, undisturbed).segment()))
                    .isEqualTo(-1);
        }
    }

    private Tensor onHost(MemoryOwner owner, StepTrainer trainer) {
        Tensor parameters = trainer.parameters().flat();
        Tensor copy = Tensor.allocate(owner, parameters.type(), parameters.shape());
        device.backend().copy(parameters, copy);
        return copy;
    }
}
