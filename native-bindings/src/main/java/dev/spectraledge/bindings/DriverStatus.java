package dev.spectraledge.bindings;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.spectraledge.bindings.raw.cuda.cuda_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Status codes of the CUDA driver. */
final class DriverStatus {
    private DriverStatus() {}

    static void check(String operation, int code) {
        if (code != 0) {
            throw failure(operation, code);
        }
    }

    static CudaException failure(String operation, int code) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(ADDRESS);
            String name = cuda_h.cuGetErrorName(code, pointer) == 0 ? string(pointer) : "unknown error";
            String text = cuda_h.cuGetErrorString(code, pointer) == 0 ? string(pointer) : "unknown to this driver";
            return new CudaException(operation, code, name, text);
        }
    }

    private static String string(MemorySegment pointer) {
        return pointer.get(cuda_h.C_POINTER, 0).getString(0);
    }
}
