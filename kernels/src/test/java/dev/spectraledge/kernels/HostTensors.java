package dev.spectraledge.kernels;

import java.util.function.IntToDoubleFunction;

/** Moves whole tensors of any strides to row-major arrays and back, element by element. */
final class HostTensors {
    private HostTensors() {}

    static double[] read(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.elements())];
        long[] index = new long[tensor.rank()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.get(index);
            advance(tensor, index);
        }
        return values;
    }

    static void write(Tensor tensor, IntToDoubleFunction values) {
        long[] index = new long[tensor.rank()];
        int elements = Math.toIntExact(tensor.elements());
        for (int i = 0; i < elements; i++) {
            tensor.set(values.applyAsDouble(i), index);
            advance(tensor, index);
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
