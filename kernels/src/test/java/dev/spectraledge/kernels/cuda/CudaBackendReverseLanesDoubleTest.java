package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** The type that {@link CudaBackendReverseLanesTest} leaves out. */
@Tag("nightly")
class CudaBackendReverseLanesDoubleTest extends DeviceContract {
    static List<DType> types() {
        return List.of(DType.FLOAT64);
    }

    @Override
    LaneOrder order() {
        return LaneOrder.REVERSE;
    }
}
