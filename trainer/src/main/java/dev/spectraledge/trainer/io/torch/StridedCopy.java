package dev.spectraledge.trainer.io.torch;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** Gathers the elements of a strided tensor in row-major order. */
final class StridedCopy {
    private final MemorySegment source;
    private final MemorySegment target;
    private final List<Long> shape;
    private final List<Long> strides;
    private final int width;
    private final long first;

    StridedCopy(TorchTensor tensor, MemorySegment target) {
        this.source = tensor.storage().bytes();
        this.target = target;
        this.shape = tensor.shape();
        this.strides = tensor.strides();
        this.width = tensor.type().bytes();
        this.first = tensor.offset();
    }

    void run() {
        long elements = target.byteSize() / width;
        long[] index = new long[shape.size()];
        long position = first;
        for (long element = 0; element < elements; element++) {
            MemorySegment.copy(source, position * width, target, element * width, width);
            for (int axis = index.length - 1; axis >= 0; axis--) {
                position += strides.get(axis);
                if (++index[axis] < shape.get(axis)) {
                    break;
                }
                position -= strides.get(axis) * shape.get(axis);
                index[axis] = 0;
            }
        }
    }
}
