package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Every build runs the tests of kernels that exchange values, of one type; the nightly one the others. */
@Tag("reordered")
class CudaBackendPermutedLanesTest extends DeviceContract {
    static List<DType> types() {
        return List.of(DType.FLOAT64);
    }

    @Override
    LaneOrder order() {
        return LaneOrder.PERMUTED;
    }
}
