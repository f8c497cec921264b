package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.BackendContract;
import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;

/** The backend's contract on the emulated machine, in one order of the lanes. */
abstract class EmulatedContract extends BackendContract {
    private static EmulatedBackend emulated;

    abstract LaneOrder order();

    @BeforeEach
    void startMachine() {
        if (emulated == null) {
            emulated = EmulatedBackend.start(ProductPrecision.FP32);
        }
        emulated.run(order());
    }

    @AfterAll
    static void stopMachine() {
        if (emulated != null) {
            emulated.close();
            emulated = null;
        }
    }

    @Override
    public Backend backend() {
        return emulated.backend();
    }
}
