package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.BackendContract;
import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;

/** The backend's contract on the emulated machine, in one order of the lanes. */
abstract class EmulatedContract extends BackendContract {
    private static EmulatedCuda machine;
    private static CudaBackend backend;

    abstract LaneOrder order();

    @BeforeEach
    void startMachine() {
        if (backend == null) {
            machine = EmulatedCuda.start();
            machine.reset();
            backend = new CudaBackend(CudaDevice.open(0, machine.directory().resolve("cubins")), ProductPrecision.FP32);
        }
        machine.run(order());
    }

    @AfterAll
    static void stopMachine() {
        if (backend != null) {
            backend.close();
            backend = null;
            machine.reset();
        }
    }

    @Override
    public Backend backend() {
        return backend;
    }
}
