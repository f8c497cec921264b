package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import java.lang.foreign.MemorySegment;

/**
 * Zeroed device memory that grows when more of it is asked for. What was given out before stays, for recordings remember
 * its address.
 */
final class GrowingMemory {
    private final CudaMemory memory;
    private final String name;
    private MemorySegment current = MemorySegment.NULL;

    GrowingMemory(CudaMemory memory, String name) {
        this.memory = memory;
        this.name = name;
    }

    MemorySegment atLeast(long bytes) {
        if (current.byteSize() < bytes) {
            long size = Math.max(bytes, 2 * current.byteSize());
            try {
                current = memory.allocate(memory.internal(), DType.INT32, (size + Integer.BYTES - 1) / Integer.BYTES)
                        .deviceSegment();
            } catch (IllegalStateException e) {
                throw new IllegalStateException(name + " of " + bytes + " bytes: " + e.getMessage(), e);
            }
        }
        return current;
    }
}
