package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.cuda.CudaBackend;
import dev.spectraledge.kernels.cuda.CudaDevice;
import dev.spectraledge.kernels.cuda.EmulatedCuda;
import dev.spectraledge.kernels.cuda.ProductPrecision;

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
}
