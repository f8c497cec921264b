package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.broadcast;
import static dev.spectraledge.kernels.cpu.FloatLanes.load;
import static dev.spectraledge.kernels.cpu.FloatLanes.store;
import static dev.spectraledge.kernels.cpu.FloatLanes.tail;
import static dev.spectraledge.kernels.cpu.FloatLanes.zero;

import dev.spectraledge.kernels.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Cross-entropy of a softmax. With the greatest logit m at class k and R = Σ_{j≠k} e^{l_j − m}, the loss is ln(1 + R) +
 * m − l_target; keeping R apart from the 1 saves the digits of a loss near zero and of the gradient there.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatCrossEntropy {
    /** Columns whose exponentials are added in float before the sum goes to double. */
    private static final int BLOCK = 64 * LANES;

    private static final FloatVector LANE_NUMBERS = zero().addIndex(1);
    /** Stands for the address of a gradient that is not wanted. */
    private static final long NONE = 0;

    private FloatCrossEntropy() {}

    /** Adds the three statistics of the rows to the three doubles at {@code statistics}. */
    static void rows(int rows, Tensor logits, Tensor targets, Tensor weights, Tensor logitsGradient, long statistics) {
        int classes = (int) logits.size(1);
        double lossSum = 0;
        double correctSum = 0;
        double weightSum = 0;
        for (int row = 0; row < rows; row++) {
            long gradient =
                    logitsGradient == null ? NONE : logitsGradient.address() + row * FloatRows.stride(logitsGradient);
            int target = target(targets, row, classes);
            float weight = FloatLanes.read(weights.address() + (long) row * ELEMENT);
            if (target < 0 || weight == 0) {
                if (gradient != NONE) {
                    FloatRows.clear(gradient, classes);
                }
                continue;
            }
            long source = logits.address() + row * FloatRows.stride(logits);
            float targetLogit = FloatLanes.read(source + (long) target * ELEMENT);
            float greatest = greatest(classes, source);
            int prediction = first(classes, source, greatest);
            double rest = exponentials(classes, source, greatest, prediction, gradient);
            if (gradient != NONE) {
                FloatRows.scale(gradient, (float) (weight / (1 + rest)), classes);
                long atTarget = gradient + (long) target * ELEMENT;
                float derivative = target == prediction
                        ? (float) (-weight * rest / (1 + rest))
                        : FloatLanes.read(atTarget) - weight;
                FloatLanes.write(atTarget, derivative);
            }
            lossSum += weight * (Math.log1p(rest) + ((double) greatest - targetLogit));
            correctSum += target == prediction ? weight : 0;
            weightSum += weight;
        }
        RawMemory.addDouble(statistics, lossSum);
        RawMemory.addDouble(statistics + Double.BYTES, correctSum);
        RawMemory.addDouble(statistics + 2 * Double.BYTES, weightSum);
    }

    private static int target(Tensor targets, int row, int classes) {
        int target = RawMemory.readInt(targets.address() + (long) row * Integer.BYTES);
        if (target >= classes) {
            throw new IllegalArgumentException(
                    "target " + target + " in row " + row + " is not one of " + classes + " classes");
        }
        return target;
    }

    private static float greatest(int classes, long logits) {
        FloatVector greatest = broadcast(Float.NEGATIVE_INFINITY);
        int column = 0;
        for (; column <= classes - LANES; column += LANES) {
            greatest = FloatLanes.greater(greatest, load(logits + (long) column * ELEMENT));
        }
        if (column < classes) {
            VectorMask<Float> mask = tail(classes - column);
            FloatVector last = load(logits + (long) column * ELEMENT, mask);
            greatest = greatest.blend(FloatLanes.greater(greatest, last), mask);
        }
        return FloatLanes.max(greatest);
    }

    /** Index of the first logit that is {@code value}; {@code classes} where there is none. */
    private static int first(int classes, long logits, float value) {
        int column = 0;
        for (; column <= classes - LANES; column += LANES) {
            int lane = load(logits + (long) column * ELEMENT)
                    .compare(VectorOperators.EQ, value)
                    .firstTrue();
            if (lane < LANES) {
                return column + lane;
            }
        }
        if (column < classes) {
            VectorMask<Float> mask = tail(classes - column);
            int lane = load(logits + (long) column * ELEMENT, mask)
                    .compare(VectorOperators.EQ, value)
                    .and(mask)
                    .firstTrue();
            return Math.min(column + lane, classes);
        }
        return classes;
    }

    /** Σ e^{l − greatest} over all classes but {@code prediction}; keeps all the exponentials where asked. */
    private static double exponentials(int classes, long logits, float greatest, int prediction, long target) {
        double sum = 0;
        for (int block = 0; block < classes; block += BLOCK) {
            int end = Math.min(classes, block + BLOCK);
            FloatVector sums = zero();
            int column = block;
            for (; column <= end - LANES; column += LANES) {
                long at = (long) column * ELEMENT;
                FloatVector exponential = FloatMath.exp(load(logits + at).sub(greatest));
                if (target != NONE) {
                    store(exponential, target + at);
                }
                sums = sums.add(exponential.blend(0f, isLane(prediction - column)));
            }
            if (column < end) {
                long at = (long) column * ELEMENT;
                VectorMask<Float> mask = tail(end - column);
                FloatVector exponential = FloatMath.exp(load(logits + at, mask).sub(greatest));
                if (target != NONE) {
                    store(exponential, target + at, mask);
                }
                sums = sums.add(exponential.blend(0f, isLane(prediction - column)), mask);
            }
            sum += FloatLanes.sum(sums);
        }
        return sum;
    }

    private static VectorMask<Float> isLane(int number) {
        return LANE_NUMBERS.compare(VectorOperators.EQ, (float) number);
    }
}
