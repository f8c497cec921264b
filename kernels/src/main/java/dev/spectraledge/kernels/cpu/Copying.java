package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;

/** Copies and fills of strided tensors, row by row of the last axis; contiguous ones in one piece. */
final class Copying {
    private Copying() {}

    static void copy(Tensor source, Tensor target) {
        if (source.elements() == 0) {
            return;
        }
        if (source.isContiguous() && target.isContiguous()) {
            row(source, source.address(), target, target.address(), source.elements());
        } else {
            copyAxis(0, source, source.address(), target, target.address());
        }
    }

    private static void copyAxis(int axis, Tensor source, long from, Tensor target, long to) {
        if (axis == source.rank() - 1) {
            row(source, from, target, to, source.size(axis));
            return;
        }
        for (long index = 0; index < source.size(axis); index++) {
            copyAxis(
                    axis + 1,
                    source,
                    from + index * source.stride(axis) * source.type().bytes(),
                    target,
                    to + index * target.stride(axis) * target.type().bytes());
        }
    }

    private static void row(Tensor source, long from, Tensor target, long to, long count) {
        if (source.type() == target.type()) {
            MemorySegment.copy(
                    RawMemory.ALL,
                    from,
                    RawMemory.ALL,
                    to,
                    count * source.type().bytes());
        } else if (source.type() == DType.FLOAT32) {
            widen(from, to, count);
        } else {
            narrow(from, to, count);
        }
    }

    private static void widen(long from, long to, long count) {
        long index = 0;
        for (; index <= count - DoubleLanes.LANES; index += DoubleLanes.LANES) {
            FloatWidening.read(from + index * Float.BYTES).intoMemorySegment(ALL, to + index * Double.BYTES, ORDER);
        }
        for (; index < count; index++) {
            DoubleLanes.write(to + index * Double.BYTES, FloatLanes.read(from + index * Float.BYTES));
        }
    }

    private static void narrow(long from, long to, long count) {
        long index = 0;
        for (; index <= count - DoubleLanes.LANES; index += DoubleLanes.LANES) {
            FloatWidening.write(
                    DoubleVector.fromMemorySegment(DoubleLanes.SPECIES, ALL, from + index * Double.BYTES, ORDER),
                    to + index * Float.BYTES);
        }
        for (; index < count; index++) {
            FloatLanes.write(to + index * Float.BYTES, (float) DoubleLanes.read(from + index * Double.BYTES));
        }
    }

    static void fill(Tensor target, double value) {
        if (target.elements() == 0) {
            return;
        }
        if (target.isContiguous()) {
            fillRow(target.type(), target.address(), target.elements(), value);
        } else {
            fillAxis(0, target, target.address(), value);
        }
    }

    /** Fills the first rows of {@code [capacity, width]}. */
    static void fillRows(int rows, Tensor target, double value) {
        for (int row = 0; row < rows; row++) {
            long bytes = row * target.stride(0) * target.type().bytes();
            fillRow(target.type(), target.address() + bytes, target.size(1), value);
        }
    }

    private static void fillAxis(int axis, Tensor target, long address, double value) {
        if (axis == target.rank() - 1) {
            fillRow(target.type(), address, target.size(axis), value);
            return;
        }
        for (long index = 0; index < target.size(axis); index++) {
            long bytes = index * target.stride(axis) * target.type().bytes();
            fillAxis(axis + 1, target, address + bytes, value);
        }
    }

    private static void fillRow(DType type, long address, long count, double value) {
        switch (type) {
            case FLOAT32 -> FloatFlat.fill(count, (float) value, address);
            case FLOAT64 -> DoubleFlat.fill(count, value, address);
            case INT32 -> {
                // The bits of an integer, moved as the bits of a float.
                FloatFlat.fill(count, Float.intBitsToFloat(Math.toIntExact((long) value)), address);
            }
        }
    }
}
