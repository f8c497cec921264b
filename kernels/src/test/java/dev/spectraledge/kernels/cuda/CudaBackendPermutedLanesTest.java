package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;

class CudaBackendPermutedLanesTest extends EmulatedContract {
    @Override
    LaneOrder order() {
        return LaneOrder.PERMUTED;
    }
}
