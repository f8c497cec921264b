package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.DeviceMemory;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.IdentityHashMap;

/** The memory of a device: tensors of owners, working memory of operations, and copies to and from the host. */
final class CudaMemory implements DeviceMemory {
    private static final int ELEMENT_BYTES = Long.BYTES;

    private final CudaDevice device;
    private final IdentityHashMap<MemoryOwner, Slabs> slabs = new IdentityHashMap<>();
    private final MemoryOwner internal;
    /** Page-locked: one element, then the record of faults. */
    private final MemorySegment staging;

    private final Faults faults;
    private final GrowingMemory scratch;
    private final GrowingMemory tickets;

    /** @param internal owner of what belongs to the device itself */
    CudaMemory(CudaDevice device, MemoryOwner internal) {
        this.device = device;
        this.internal = internal;
        staging = CudaDriver.allocateHost(ELEMENT_BYTES + Faults.WORDS * Integer.BYTES);
        internal.onClose(() -> CudaDriver.freeHost(staging));
        Tensor record = allocate(internal, DType.INT32, Faults.WORDS);
        faults = new Faults(this, record, staging.asSlice(ELEMENT_BYTES));
        scratch = new GrowingMemory(this, "working memory");
        tickets = new GrowingMemory(this, "tickets");
    }

    Tensor allocate(MemoryOwner owner, DType type, long... shape) {
        device.use();
        device.requireNotRecording("allocation of a " + type + " tensor");
        long elements = 1;
        for (long size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        MemorySegment memory = slabsOf(owner).allocate(Math.multiplyExact(elements, type.bytes()));
        return Tensor.onDevice(owner, this, memory.address(), type, shape);
    }

    private Slabs slabsOf(MemoryOwner owner) {
        Slabs own = slabs.get(owner);
        if (own == null) {
            own = new Slabs(device);
            slabs.put(owner, own);
            owner.onClose(() -> free(owner));
        }
        return own;
    }

    private void free(MemoryOwner owner) {
        Slabs own = slabs.remove(owner);
        if (own != null) {
            device.use();
            CudaDriver.synchronize(device.stream());
            own.free();
        }
    }

    /** Frees the memory of all owners, the open ones' too. */
    void freeAll() {
        slabs.values().forEach(Slabs::free);
        slabs.clear();
    }

    MemoryOwner internal() {
        return internal;
    }

    Faults faults() {
        return faults;
    }

    /** At least {@code bytes} for one operation; the next operation may get the same. */
    MemorySegment scratch(long bytes) {
        return scratch.atLeast(bytes);
    }

    /** At least {@code count} unsigned integers that are 0, and 0 again when a kernel has used them. */
    MemorySegment tickets(long count) {
        return tickets.atLeast(count * Integer.BYTES);
    }

    /** Waits for all work, then throws what kernels had to refuse. */
    void synchronize() {
        device.use();
        device.requireNotRecording("waiting for the device");
        faults.fetch();
        CudaDriver.synchronize(device.stream());
        faults.check();
    }

    @Override
    public long read(long address, int bytes) {
        device.use();
        device.requireNotRecording("reading an element");
        staging.set(ValueLayout.JAVA_LONG, 0, 0);
        CudaDriver.copyToHost(staging, element(address, bytes), bytes, device.stream());
        synchronize();
        return staging.get(ValueLayout.JAVA_LONG, 0);
    }

    @Override
    public void write(long address, int bytes, long bits) {
        device.use();
        device.requireNotRecording("writing an element");
        staging.set(ValueLayout.JAVA_LONG, 0, bits);
        CudaDriver.copyToDevice(element(address, bytes), staging, bytes, device.stream());
        CudaDriver.synchronize(device.stream());
    }

    private static MemorySegment element(long address, int bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /** Begins to copy contiguous host memory to the device; unless it is page-locked, it may be changed at once. */
    void upload(Tensor host, Tensor target) {
        device.use();
        CudaDriver.copyToDevice(
                target.deviceSegment(), host.segment(), host.segment().byteSize(), device.stream());
    }

    /** Begins to copy a contiguous tensor to host memory. */
    void download(Tensor source, MemorySegment host) {
        device.use();
        MemorySegment from = source.deviceSegment();
        CudaDriver.copyToHost(host, from, from.byteSize(), device.stream());
    }

    /** Begins to copy one contiguous tensor to another of the same size. */
    void copy(Tensor source, Tensor target) {
        device.use();
        MemorySegment from = source.deviceSegment();
        CudaDriver.copyOnDevice(target.deviceSegment(), from, from.byteSize(), device.stream());
    }

    /** Begins to zero a contiguous tensor. */
    void clear(Tensor tensor) {
        device.use();
        MemorySegment memory = tensor.deviceSegment();
        CudaDriver.fillBytes(memory, (byte) 0, memory.byteSize(), device.stream());
    }
}
