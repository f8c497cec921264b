package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CudaDriver;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The device memory of one owner, in few large pieces that are handed out from front to back: the driver's own
 * allocations are slow, and never smaller than 2 MiB.
 */
final class Slabs {
    /** Alignment of everything that is handed out, that of the driver's allocations. */
    static final long ALIGNMENT = 256;

    private static final long SMALLEST = 2L << 20;
    private static final long LARGEST = 64L << 20;

    private final CudaDevice device;
    private final List<MemorySegment> slabs = new ArrayList<>();
    private long used;

    Slabs(CudaDevice device) {
        this.device = device;
    }

    /** Zeroed memory, aligned. */
    MemorySegment allocate(long bytes) {
        long room = (Math.max(bytes, 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (slabs.isEmpty() || room > slabs.getLast().byteSize() - used) {
            addSlab(room);
        }
        MemorySegment piece = slabs.getLast().asSlice(used, bytes);
        used += room;
        return piece;
    }

    private void addSlab(long atLeast) {
        long size = Math.max(atLeast, Math.min(LARGEST, SMALLEST << Math.min(slabs.size(), Long.SIZE / 2)));
        MemorySegment slab = CudaDriver.allocate(size);
        CudaDriver.fillBytes(slab, (byte) 0, size, device.stream());
        slabs.add(slab);
        used = 0;
    }

    void free() {
        slabs.forEach(CudaDriver::free);
        slabs.clear();
    }
}
