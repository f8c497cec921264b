package dev.spectraledge.kernels;

import dev.spectraledge.kernels.cuda.EmulatedCuda;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntToDoubleFunction;

/** Moves whole tensors of any strides to row-major arrays and back, element by element. */
final class HostTensors {
    private HostTensors() {}

    static double[] read(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.elements())];
        MemorySegment reachable = reachable(tensor);
        long[] index = new long[tensor.rank()];
        for (int i = 0; i < values.length; i++) {
            values[i] = reachable == null ? tensor.get(index) : get(tensor.type(), reachable, element(tensor, index));
            advance(tensor, index);
        }
        return values;
    }

    static void write(Tensor tensor, IntToDoubleFunction values) {
        MemorySegment reachable = reachable(tensor);
        long[] index = new long[tensor.rank()];
        int elements = Math.toIntExact(tensor.elements());
        for (int i = 0; i < elements; i++) {
            double value = values.applyAsDouble(i);
            if (reachable == null) {
                tensor.set(value, index);
            } else {
                set(tensor.type(), reachable, element(tensor, index), value);
            }
            advance(tensor, index);
        }
    }

    /**
     * The memory of a tensor on an emulated device once all work is done, which the host can reach without a copy of each
     * element; null for other tensors.
     */
    private static MemorySegment reachable(Tensor tensor) {
        if (!tensor.isOnDevice() || tensor.elements() == 0 || !EmulatedCuda.holds(tensor.deviceSegment())) {
            return null;
        }
        // Waits, and throws what kernels had to refuse.
        tensor.get(new long[tensor.rank()]);
        return tensor.deviceSegment();
    }

    private static long element(Tensor tensor, long[] index) {
        long element = 0;
        for (int axis = 0; axis < index.length; axis++) {
            element += index[axis] * tensor.stride(axis);
        }
        return element;
    }

    private static double get(DType type, MemorySegment memory, long element) {
        return switch (type) {
            case FLOAT32 -> memory.getAtIndex(ValueLayout.JAVA_FLOAT, element);
            case FLOAT64 -> memory.getAtIndex(ValueLayout.JAVA_DOUBLE, element);
            case INT32 -> memory.getAtIndex(ValueLayout.JAVA_INT, element);
        };
    }

    private static void set(DType type, MemorySegment memory, long element, double value) {
        switch (type) {
            case FLOAT32 -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, element, (float) value);
            case FLOAT64 -> memory.setAtIndex(ValueLayout.JAVA_DOUBLE, element, value);
            case INT32 -> memory.setAtIndex(ValueLayout.JAVA_INT, element, Math.toIntExact((long) value));
        }
    }

    private static void advance(Tensor tensor, long[] index) {
        for (int axis = index.length - 1; axis >= 0; axis--) {
            if (++index[axis] < tensor.size(axis)) {
                return;
            }
            index[axis] = 0;
        }
    }
}
