package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.FloatLanes.load;
import static dev.spectraledge.kernels.cpu.FloatLanes.store;
import static dev.spectraledge.kernels.cpu.FloatLanes.tail;
import static dev.spectraledge.kernels.cpu.FloatLanes.zero;

import dev.spectraledge.kernels.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Sums and copies of whole rows. */
final class FloatRows {
    private FloatRows() {}

    /** Bytes from one row of a {@code [rows, width]} view to the next. */
    static long stride(Tensor matrix) {
        return matrix.stride(0) * ELEMENT;
    }

    static void copy(long source, long target, int width) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            store(load(source + (long) column * ELEMENT), target + (long) column * ELEMENT);
        }
        if (column < width) {
            VectorMask<Float> mask = tail(width - column);
            store(load(source + (long) column * ELEMENT, mask), target + (long) column * ELEMENT, mask);
        }
    }

    /** target ← x + y; the target may be either. */
    static void sum(long x, long y, long target, int width) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            store(load(x + at).add(load(y + at)), target + at);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = tail(width - column);
            store(load(x + at, mask).add(load(y + at, mask)), target + at, mask);
        }
    }

    /** x ← αx. */
    static void scale(long x, float factor, int width) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = x + (long) column * ELEMENT;
            store(load(at).mul(factor), at);
        }
        if (column < width) {
            long at = x + (long) column * ELEMENT;
            VectorMask<Float> mask = tail(width - column);
            store(load(at, mask).mul(factor), at, mask);
        }
    }

    static void clear(long x, int width) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            store(zero(), x + (long) column * ELEMENT);
        }
        if (column < width) {
            store(zero(), x + (long) column * ELEMENT, tail(width - column));
        }
    }

    /** Y[r] ← residual[r] + b, of which one may be missing (null). */
    static void startLinear(int rows, Tensor bias, Tensor residual, Tensor output) {
        int width = (int) output.size(1);
        for (int row = 0; row < rows; row++) {
            long target = output.address() + row * stride(output);
            if (residual == null) {
                copy(bias.address(), target, width);
            } else if (bias == null) {
                copy(residual.address() + row * stride(residual), target, width);
            } else {
                sum(residual.address() + row * stride(residual), bias.address(), target, width);
            }
        }
    }

    /** Adds the sums of the columns of the first {@code rows} rows to {@code sums}. */
    static void addColumnSums(int rows, Tensor matrix, Tensor sums) {
        int width = (int) sums.size(0);
        long address = matrix.address();
        long stride = stride(matrix);
        long target = sums.address();
        int column = 0;
        for (; column <= width - 4 * LANES; column += 4 * LANES) {
            long at = (long) column * ELEMENT;
            addFourColumnSums(rows, address + at, stride, target + at);
        }
        for (; column < width; column += LANES) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = tail(Math.min(LANES, width - column));
            FloatVector sum = zero();
            for (int row = 0; row < rows; row++) {
                sum = sum.add(load(address + at + row * stride, mask));
            }
            store(sum.add(load(target + at, mask)), target + at, mask);
        }
    }

    private static void addFourColumnSums(int rows, long address, long stride, long target) {
        FloatVector sum0 = zero();
        FloatVector sum1 = zero();
        FloatVector sum2 = zero();
        FloatVector sum3 = zero();
        long from = address;
        for (int row = 0; row < rows; row++) {
            sum0 = sum0.add(load(from));
            sum1 = sum1.add(load(from + VECTOR));
            sum2 = sum2.add(load(from + 2L * VECTOR));
            sum3 = sum3.add(load(from + 3L * VECTOR));
            from += stride;
        }
        store(sum0.add(load(target)), target);
        store(sum1.add(load(target + VECTOR)), target + VECTOR);
        store(sum2.add(load(target + 2L * VECTOR)), target + 2L * VECTOR);
        store(sum3.add(load(target + 3L * VECTOR)), target + 3L * VECTOR);
    }
}
