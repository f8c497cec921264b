package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.BackendContract;
import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The backend's contract on a device, in one order of the lanes. */
abstract class DeviceContract extends BackendContract {
    private static TestDevice device;

    abstract LaneOrder order();

    @BeforeEach
    void startMachine() {
        if (device == null) {
            device = TestDevice.start(ProductPrecision.FP32);
        }
        device.run(order());
    }

    @AfterAll
    static void stopMachine() {
        if (device != null) {
            device.close();
            device = null;
        }
    }

    /** Thousands of launches, for what the comparison with the reference, whose derivatives are checked, says as well. */
    @Override
    @Test
    @Tag("nightly")
    public void attentionBackwardIsTheDerivative() {
        differentiateAttention();
    }

    @Override
    public Backend backend() {
        return device.backend();
    }
}
