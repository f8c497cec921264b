package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.reference.ReferenceBackend;

/** Steps of the reference backend. */
class ReferenceStepsTest extends StepTrainerContract {
    private final Workers workers = new Workers(2);

    @Override
    Lanes openLanes() {
        return Lanes.onHost(new ReferenceBackend(), workers);
    }

    @Override
    void closeLanes() {
        workers.close();
    }
}
