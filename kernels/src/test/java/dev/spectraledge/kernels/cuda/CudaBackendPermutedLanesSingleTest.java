package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** The type that {@link CudaBackendPermutedLanesTest} leaves out. */
@Tag("nightly")
class CudaBackendPermutedLanesSingleTest extends DeviceContract {
    static List<DType> types() {
        return List.of(DType.FLOAT32);
    }

    @Override
    LaneOrder order() {
        return LaneOrder.PERMUTED;
    }
}
