package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.cuda.CudaBackend;
import dev.spectraledge.kernels.cuda.CudaDevice;
import dev.spectraledge.kernels.cuda.EmulatedCuda;
import dev.spectraledge.kernels.cuda.ProductPrecision;
import dev.spectraledge.trainer.training.TinyTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Steps of an emulated device. */
class EmulatedStepsTest extends StepTrainerContract {
    private EmulatedCuda machine;
    private CudaBackend device;

    @Override
    Lanes openLanes() {
        machine = EmulatedCuda.start();
        machine.reset();
        device = new CudaBackend(CudaDevice.open(0, machine.cache()), ProductPrecision.FP32);
        return Lanes.onDevice(device);
    }

    @Override
    void closeLanes() {
        device.close();
        machine.reset();
    }

    @Test
    void theFirstStepOfAnEncoderDecoderIsThatOfOneLaneOnTheHost() {
        stepsAreThoseOfOneLaneOnTheHost(TinyTask.SCAN, 1);
    }

    @Override
    @Test
    @Tag("nightly")
    void stepsOfAnEncoderDecoderAreThoseOfOneLaneOnTheHost() {
        stepsAreThoseOfOneLaneOnTheHost(TinyTask.SCAN, STEPS);
    }

    @Override
    @Test
    @Tag("nightly")
    void fourBatchesOfAnEncoderDecoderAddUpToOneOfFourTimesTheSize() {
        batchesAddUp(TinyTask.SCAN);
    }
}
