package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;

/** Steps of the CPU. */
class CpuStepsTest extends StepTrainerContract {
    private final Workers workers = new Workers(2);

    @Override
    Lanes openLanes() {
        return Lanes.onHost(new CpuBackend(), workers);
    }

    @Override
    void closeLanes() {
        workers.close();
    }
}
