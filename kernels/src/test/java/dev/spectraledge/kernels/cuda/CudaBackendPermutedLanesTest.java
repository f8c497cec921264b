package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;
import org.junit.jupiter.api.Tag;

/** Every build runs the tests of kernels that exchange values, the nightly one the others. */
@Tag("reordered")
class CudaBackendPermutedLanesTest extends DeviceContract {
    @Override
    LaneOrder order() {
        return LaneOrder.PERMUTED;
    }
}
