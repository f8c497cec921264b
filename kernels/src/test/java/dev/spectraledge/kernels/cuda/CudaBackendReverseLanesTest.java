package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;

class CudaBackendReverseLanesTest extends DeviceContract {
    @Override
    LaneOrder order() {
        return LaneOrder.REVERSE;
    }
}
