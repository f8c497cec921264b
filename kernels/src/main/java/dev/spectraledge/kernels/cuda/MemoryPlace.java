package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Where the parts of the runs of a tensor are: addresses, because memory is given back when its owner is closed already, and
 * not before all has been done that uses it.
 */
final class MemoryPlace {
    private long address;
    private long bytes;
    private long runs;
    private long runStride;
    private long rowStride;
    private DType type;

    void set(Tensor tensor) {
        MemorySegment memory = tensor.deviceSegment();
        address = memory.address();
        bytes = memory.byteSize();
        runs = tensor.size(0);
        runStride = tensor.stride(0);
        rowStride = tensor.rank() > 2 ? tensor.stride(1) : 0;
        type = tensor.type();
    }

    void set(MemoryPlace other) {
        address = other.address;
        bytes = other.bytes;
        runs = other.runs;
        runStride = other.runStride;
        rowStride = other.rowStride;
        type = other.type;
    }

    long address() {
        return address;
    }

    long runs() {
        return runs;
    }

    /** In elements, as are the strides of tensors. */
    long runStride() {
        return runStride;
    }

    long rowStride() {
        return rowStride;
    }

    DType type() {
        return type;
    }

    boolean isOf(Tensor tensor) {
        return tensor.deviceAddress() == address
                && tensor.deviceSegment().byteSize() == bytes
                && tensor.type() == type
                && tensor.stride(0) == runStride
                && tensor.stride(1) == rowStride;
    }

    boolean overlaps(Tensor other) {
        MemorySegment memory = other.deviceSegment();
        boolean areApart = address >= memory.address() + memory.byteSize() || memory.address() >= address + bytes;
        if (areApart || runStride != other.stride(0) || type != other.type()) {
            return !areApart;
        }
        // Both may be parts of one vector for each run.
        long stride = runStride * type.bytes();
        long distance = Math.floorMod(memory.address() - address, stride);
        long otherBytes = memory.byteSize() - (other.size(0) - 1) * stride;
        return distance < bytes - (runs - 1) * stride || distance + otherBytes > stride;
    }
}
