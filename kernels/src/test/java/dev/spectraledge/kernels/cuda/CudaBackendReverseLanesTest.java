package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;

class CudaBackendReverseLanesTest extends EmulatedContract {
    @Override
    LaneOrder order() {
        return LaneOrder.REVERSE;
    }
}
