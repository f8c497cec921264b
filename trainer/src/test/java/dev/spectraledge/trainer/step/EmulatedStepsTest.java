package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.cuda.EmulatedDevice;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.training.TinyTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Steps of an emulated device. */
class EmulatedStepsTest extends StepTrainerContract {
    /** {@link EmulatedDeviceTest} looks at the accesses of the same steps. */
    @RegisterExtension
    private final EmulatedDevice device = new EmulatedDevice(TestMemory.DATA).withoutAccessChecks();

    @Override
    Lanes openLanes() {
        return Lanes.onDevice(device.backend());
    }

    @Override
    void closeLanes() {
        device.closeBackend();
    }

    @Override
    int steps() {
        return 3;
    }

    @Test
    void theFirstStepOfAnEncoderDecoderIsThatOfOneLaneOnTheHost() {
        device.machine().set("check", 1);
        stepsAreThoseOfOneLaneOnTheHost(TinyTask.SCAN, 1);
    }

    @Override
    @Test
    @Tag("nightly")
    void stepsOfAnEncoderDecoderAreThoseOfOneLaneOnTheHost() {
        stepsAreThoseOfOneLaneOnTheHost(TinyTask.SCAN, 5);
    }

    @Override
    @Test
    @Tag("nightly")
    void fourBatchesOfAnEncoderDecoderAddUpToOneOfFourTimesTheSize() {
        batchesAddUp(TinyTask.SCAN);
    }
}
