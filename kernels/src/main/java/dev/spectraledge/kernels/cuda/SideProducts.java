package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CuBlas;
import dev.spectraledge.bindings.CudaDriver;

/**
 * A second stream for products that do not depend on each other: between {@link #begin} and {@link #end} its work runs
 * beside that of the device's own stream, and in a recording as a branch of the graph.
 */
final class SideProducts {
    private final CudaDevice device;
    private final CudaDriver.Stream stream;
    private final CuBlas blas;
    private final CudaDriver.Event begun;
    private final CudaDriver.Event ended;

    SideProducts(CudaDevice device) {
        this.device = device;
        stream = CudaDriver.createStream();
        blas = device.createBlas(stream);
        begun = CudaDriver.createEvent();
        ended = CudaDriver.createEvent();
    }

    CuBlas blas() {
        return blas;
    }

    /** Lets the side wait for everything so far. */
    void begin() {
        device.use();
        CudaDriver.record(begun, device.stream());
        CudaDriver.waitFor(stream, begun);
    }

    /** Lets the device's own stream wait for the side. */
    void end() {
        CudaDriver.record(ended, stream);
        CudaDriver.waitFor(device.stream(), ended);
    }

    /** Gives everything back, after all work is done. */
    void close() {
        blas.close();
        CudaDriver.destroy(begun);
        CudaDriver.destroy(ended);
        CudaDriver.destroy(stream);
    }
}
