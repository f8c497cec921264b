package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;

class CudaBackendTest extends DeviceContract {
    @Override
    LaneOrder order() {
        return LaneOrder.FORWARD;
    }
}
