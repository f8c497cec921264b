package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.kernels.HostMirror;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * A host copy in page-locked memory, with an event after each transfer. What kernels had to refuse comes along with each
 * download, so that results of replays which nobody waits for otherwise do not hide it.
 */
final class PinnedMirror implements HostMirror {
    private final CudaDevice device;
    private final Tensor tensor;
    private final Tensor values;
    private final CudaDriver.Event event;

    PinnedMirror(CudaDevice device, MemoryOwner owner, Tensor tensor) {
        if (!tensor.isContiguous()) {
            throw new IllegalArgumentException("a mirror needs a contiguous tensor, " + tensor + " is strided");
        }
        device.use();
        device.requireNotRecording("a mirror");
        this.device = device;
        this.tensor = tensor;
        long bytes = tensor.deviceSegment().byteSize();
        MemorySegment memory = CudaDriver.allocateHost(Math.max(bytes, 1));
        event = CudaDriver.createEvent();
        values = Tensor.wrap(owner, tensor.type(), owner.foreignSegment(memory.address(), bytes), tensor.shape());
        owner.onClose(() -> free(memory));
    }

    private void free(MemorySegment memory) {
        // A device that is closed has taken its context with it, and all that was in it.
        if (device.isOpen()) {
            device.use();
            CudaDriver.synchronize(device.stream());
            CudaDriver.destroy(event);
            CudaDriver.freeHost(memory);
        }
    }

    @Override
    public Tensor values() {
        return values;
    }

    @Override
    public void download() {
        device.requireNotRecording("a transfer to the host");
        device.memory().download(tensor, values.segment());
        device.memory().faults().fetch();
        CudaDriver.record(event, device.stream());
    }

    @Override
    public void upload() {
        device.requireNotRecording("a transfer from the host");
        device.memory().upload(values, tensor);
        CudaDriver.record(event, device.stream());
    }

    @Override
    public boolean isDone() {
        device.use();
        return CudaDriver.isDone(event);
    }

    @Override
    public void await() {
        device.use();
        CudaDriver.synchronize(event);
        device.memory().faults().check();
    }
}
