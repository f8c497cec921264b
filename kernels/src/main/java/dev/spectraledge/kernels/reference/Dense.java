package dev.spectraledge.kernels.reference;

import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Moves the elements of tensors of any strides to row-major arrays of doubles and back. */
final class Dense {
    private Dense() {}

    /** All elements of one run. */
    static double[] read(Tensor tensor, int run) {
        return read(tensor.at(run));
    }

    /** The first {@code rows} rows of one run. */
    static double[] read(Tensor tensor, int run, int rows) {
        return read(tensor.at(run).slice(0, 0, rows));
    }

    /** All elements. */
    static double[] read(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.elements())];
        transfer(tensor, values, 0, 0, 0, false);
        return values;
    }

    /** Overwrites all elements of one run. */
    static void write(double[] values, Tensor tensor, int run) {
        write(values, tensor.at(run));
    }

    /** Overwrites the first {@code rows} rows of one run. */
    static void write(double[] values, Tensor tensor, int run, int rows) {
        write(values, tensor.at(run).slice(0, 0, rows));
    }

    /** Overwrites all elements. */
    static void write(double[] values, Tensor tensor) {
        transfer(tensor, values, 0, 0, 0, true);
    }

    /** Handles the elements below one index of the axes before {@code axis}; returns where the next ones go. */
    private static int transfer(Tensor tensor, double[] values, int begin, int axis, long offset, boolean store) {
        if (axis >= tensor.rank() - 1) {
            int count = tensor.rank() == 0 ? 1 : Math.toIntExact(tensor.size(axis));
            if (store) {
                storeRow(tensor, values, begin, count, offset);
            } else {
                loadRow(tensor, values, begin, count, offset);
            }
            return begin + count;
        }
        int next = begin;
        for (long index = 0; index < tensor.size(axis); index++) {
            next = transfer(tensor, values, next, axis + 1, offset + index * tensor.stride(axis), store);
        }
        return next;
    }

    private static void loadRow(Tensor tensor, double[] values, int begin, int count, long offset) {
        MemorySegment segment = tensor.segment();
        switch (tensor.type()) {
            case FLOAT32 -> {
                for (int i = 0; i < count; i++) {
                    values[begin + i] = segment.getAtIndex(ValueLayout.JAVA_FLOAT, offset + i);
                }
            }
            case FLOAT64 -> {
                for (int i = 0; i < count; i++) {
                    values[begin + i] = segment.getAtIndex(ValueLayout.JAVA_DOUBLE, offset + i);
                }
            }
            case INT32 -> {
                for (int i = 0; i < count; i++) {
                    values[begin + i] = segment.getAtIndex(ValueLayout.JAVA_INT, offset + i);
                }
            }
        }
    }

    private static void storeRow(Tensor tensor, double[] values, int begin, int count, long offset) {
        MemorySegment segment = tensor.segment();
        switch (tensor.type()) {
            case FLOAT32 -> {
                for (int i = 0; i < count; i++) {
                    segment.setAtIndex(ValueLayout.JAVA_FLOAT, offset + i, (float) values[begin + i]);
                }
            }
            case FLOAT64 -> {
                for (int i = 0; i < count; i++) {
                    segment.setAtIndex(ValueLayout.JAVA_DOUBLE, offset + i, values[begin + i]);
                }
            }
            case INT32 -> {
                for (int i = 0; i < count; i++) {
                    segment.setAtIndex(ValueLayout.JAVA_INT, offset + i, Math.toIntExact((long) values[begin + i]));
                }
            }
        }
    }
}
