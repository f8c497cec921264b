package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.cpu.CpuBackend;

/** Steps of the CPU in the place of a device. */
class RecordedStepsTest extends StepTrainerContract {
    @Override
    Lanes openLanes() {
        return Lanes.onDevice(new CpuBackend());
    }

    @Override
    void closeLanes() {}
}
