package dev.spectraledge.kernels.cuda;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.spectraledge.bindings.CudaUnavailableException;
import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;

/**
 * The device of a test: the emulated machine, or with {@code -Dcuda.device=real} device 0 of this one. A JVM has one CUDA,
 * so that it is one or the other for all tests.
 */
final class TestDevice implements AutoCloseable {
    private final EmulatedCuda machine;
    private final CudaBackend backend;

    private TestDevice(EmulatedCuda machine, CudaDevice device, ProductPrecision precision) {
        this.machine = machine;
        backend = new CudaBackend(device, precision);
    }

    /** Skips the test, with the reason, where there is no such device. */
    static TestDevice start(ProductPrecision precision) {
        if ("real".equals(System.getProperty("cuda.device"))) {
            try {
                return new TestDevice(null, CudaDevice.open(0), precision);
            } catch (CudaUnavailableException e) {
                return abort(e.getMessage());
            }
        }
        EmulatedCuda machine = EmulatedCuda.start();
        machine.reset();
        return new TestDevice(machine, CudaDevice.open(0, machine.cache()), precision);
    }

    CudaBackend backend() {
        return backend;
    }

    /** Skips the test on a real device, which does not tell what the emulated machine does. */
    EmulatedCuda machine() {
        return machine == null ? abort("needs the emulated machine") : machine;
    }

    /** From now on in this order, which only the emulated machine lets us choose. */
    void run(LaneOrder order) {
        if (machine != null) {
            machine.run(order);
        }
    }

    @Override
    public void close() {
        backend.close();
        if (machine != null) {
            machine.reset();
        }
    }
}
