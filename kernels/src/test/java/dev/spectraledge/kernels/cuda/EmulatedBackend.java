package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;

/** A CUDA backend on the emulated machine, for a test. */
final class EmulatedBackend implements AutoCloseable {
    private final EmulatedCuda machine;
    private final CudaBackend backend;

    private EmulatedBackend(EmulatedCuda machine, ProductPrecision precision) {
        this.machine = machine;
        backend = new CudaBackend(CudaDevice.open(0, machine.directory().resolve("cubins")), precision);
    }

    /** Skips the test, with the reason, where there is no emulated machine. */
    static EmulatedBackend start(ProductPrecision precision) {
        EmulatedCuda machine = EmulatedCuda.start();
        machine.reset();
        return new EmulatedBackend(machine, precision);
    }

    CudaBackend backend() {
        return backend;
    }

    EmulatedCuda machine() {
        return machine;
    }

    void run(LaneOrder order) {
        machine.run(order);
    }

    @Override
    public void close() {
        backend.close();
        machine.reset();
    }
}
