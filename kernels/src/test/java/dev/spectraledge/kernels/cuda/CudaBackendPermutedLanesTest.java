package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;

class CudaBackendPermutedLanesTest extends DeviceContract {
    @Override
    LaneOrder order() {
        return LaneOrder.PERMUTED;
    }
}
