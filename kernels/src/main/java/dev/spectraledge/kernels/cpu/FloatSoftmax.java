package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.broadcast;
import static dev.spectraledge.kernels.cpu.FloatLanes.load;
import static dev.spectraledge.kernels.cpu.FloatLanes.store;
import static dev.spectraledge.kernels.cpu.FloatLanes.tail;
import static dev.spectraledge.kernels.cpu.FloatLanes.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Softmax of one row of attention scores, and its derivative. */
final class FloatSoftmax {
    private FloatSoftmax() {}

    /** row ← softmax(scale·row), for a positive scale; scores − greatest are scaled after the subtraction. */
    static void forward(int count, long row, float scale) {
        FloatVector greatest = broadcast(Float.NEGATIVE_INFINITY);
        int column = 0;
        for (; column <= count - LANES; column += LANES) {
            greatest = FloatLanes.greater(greatest, load(row + (long) column * ELEMENT));
        }
        if (column < count) {
            VectorMask<Float> mask = tail(count - column);
            FloatVector last = load(row + (long) column * ELEMENT, mask);
            greatest = greatest.blend(FloatLanes.greater(greatest, last), mask);
        }
        float sum = exponentials(count, row, scale, FloatLanes.max(greatest));
        FloatRows.scale(row, 1f / sum, count);
    }

    private static float exponentials(int count, long row, float scale, float greatest) {
        FloatVector sums = zero();
        int column = 0;
        for (; column <= count - LANES; column += LANES) {
            long at = row + (long) column * ELEMENT;
            FloatVector exponential = FloatMath.exp(load(at).sub(greatest).mul(scale));
            store(exponential, at);
            sums = sums.add(exponential);
        }
        if (column < count) {
            long at = row + (long) column * ELEMENT;
            VectorMask<Float> mask = tail(count - column);
            FloatVector exponential = FloatMath.exp(load(at, mask).sub(greatest).mul(scale));
            store(exponential, at, mask);
            sums = sums.add(exponential, mask);
        }
        return FloatLanes.sum(sums);
    }

    /** gradient ← scale·p·(gradient − Σ p·gradient), the derivative by the unscaled scores. */
    static void backward(int count, long probabilities, long gradient, float scale) {
        FloatVector sums = zero();
        int column = 0;
        for (; column <= count - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            sums = load(probabilities + at).fma(load(gradient + at), sums);
        }
        if (column < count) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = tail(count - column);
            sums = load(probabilities + at, mask).fma(load(gradient + at, mask), sums);
        }
        float mean = FloatLanes.sum(sums);
        column = 0;
        for (; column <= count - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            store(load(gradient + at).sub(mean).mul(load(probabilities + at)).mul(scale), gradient + at);
        }
        if (column < count) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = tail(count - column);
            FloatVector centred = load(gradient + at, mask).sub(mean);
            store(centred.mul(load(probabilities + at, mask)).mul(scale), gradient + at, mask);
        }
    }
}
