package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.kernels.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Cross-entropy of a softmax. With the greatest logit m at class k and R = Σ_{j≠k} e^{l_j − m}, the loss is ln(1 + R) +
 * m − l_target; keeping R apart from the 1 saves the digits of a loss near zero and of the gradient there.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatCrossEntropy {
    /** Vectors of exponentials that are added in the type of the logits before the sum goes to double. */
    private static final int BLOCK = 64;

    private static final FloatVector LANE_NUMBERS = FloatVector.zero(SPECIES).addIndex(1);

    private FloatCrossEntropy() {}

    /** Bytes of scratch that {@link #rows} needs. */
    static long scratch(int classes) {
        return VECTOR + (long) FloatLanes.padded(classes) * ELEMENT;
    }

    /** Adds the three statistics of the rows to the three doubles at {@code statistics}. */
    static void rows(
            int rows,
            Tensor logits,
            Tensor targets,
            Tensor weights,
            Tensor logitsGradient,
            LossGradient lossGradient,
            long statistics,
            long scratch) {
        int classes = (int) logits.size(1);
        int padded = FloatLanes.padded(classes);
        long source = logits.address();
        long sourceStride = FloatRows.stride(logits);
        long gradient = logitsGradient == null ? 0 : logitsGradient.address();
        long gradientStride = logitsGradient == null ? 0 : FloatRows.stride(logitsGradient);
        long targetNumbers = targets.address();
        long weightNumbers = weights.address();
        long row = scratch + VECTOR;
        double lossSum = 0;
        double correctSum = 0;
        double weightSum = 0;
        for (int index = 0; index < rows; index++) {
            int target = RawMemory.readInt(targetNumbers + (long) index * Integer.BYTES);
            if (target >= classes) {
                throw new IllegalArgumentException(
                        "target " + target + " in row " + index + " is not one of " + classes + " classes");
            }
            if (target >= 0) {
                float weight = FloatLanes.read(weightNumbers + (long) index * ELEMENT);
                FloatRows.copyPadded(source, row, classes, Float.NEGATIVE_INFINITY);
                float greatest = FloatRows.max(padded, row, scratch);
                int prediction = first(padded, row, greatest);
                double margin = (double) greatest - FloatLanes.read(row + (long) target * ELEMENT);
                double rest = exponentials(padded, row, greatest, prediction, scratch);
                if (logitsGradient != null) {
                    double derivative = switch (lossGradient) {
                        case ACCURATE ->
                            target == prediction
                                    ? -rest / (1 + rest)
                                    : (double) FloatLanes.read(row + (long) target * ELEMENT) / (1 + rest) - 1;
                        case ROUNDED -> rounded(margin, rest);
                        case ROUNDED_DOUBLE -> Math.exp(-margin - Math.log(1 + rest)) - 1;
                    };
                    FloatRows.scale(row, gradient, (float) (weight / (1 + rest)), classes);
                    FloatLanes.write(gradient + (long) target * ELEMENT, (float) (weight * derivative));
                }
                lossSum += weight * (Math.log1p(rest) + margin);
                correctSum += target == prediction ? weight : 0;
                weightSum += weight;
            } else if (logitsGradient != null) {
                FloatRows.clear(gradient, classes);
            }
            source += sourceStride;
            gradient += gradientStride;
        }
        RawMemory.addDouble(statistics, lossSum);
        RawMemory.addDouble(statistics + Double.BYTES, correctSum);
        RawMemory.addDouble(statistics + 2 * Double.BYTES, weightSum);
    }

    /** p − 1, with every step of the logarithmic softmax and p itself rounded to the type of the logits. */
    private static double rounded(double margin, double rest) {
        float logarithmOfSum = (float) Math.log((float) (1 + rest));
        float probability = (float) Math.exp((float) -margin - logarithmOfSum);
        return (double) probability - 1;
    }

    /** Index of the first element that is {@code value}; {@code count} where there is none. */
    private static int first(int count, long row, float value) {
        for (int column = 0; column < count; column += LANES) {
            int lane = FloatVector.fromMemorySegment(SPECIES, ALL, row + (long) column * ELEMENT, ORDER)
                    .compare(VectorOperators.EQ, value)
                    .firstTrue();
            if (lane < LANES) {
                return column + lane;
            }
        }
        return count;
    }

    /** row ← e^{row − greatest}; returns the sum of all but element {@code prediction}. */
    private static double exponentials(int count, long row, float greatest, int prediction, long lanes) {
        FloatRows.shift(count, row, greatest);
        FloatMath.exp(count, row, row);
        double sum = 0;
        for (int begin = 0; begin < count; begin += BLOCK * LANES) {
            int length = Math.min(BLOCK * LANES, count - begin);
            sum += sumOfOthers(length, row + (long) begin * ELEMENT, prediction - begin, lanes);
        }
        return sum;
    }

    private static float sumOfOthers(int count, long row, int excluded, long lanes) {
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int column = 0; column < count; column += LANES) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, ALL, row + (long) column * ELEMENT, ORDER);
            sums = x.blend(0f, LANE_NUMBERS.compare(VectorOperators.EQ, (float) (excluded - column)))
                    .add(sums);
        }
        sums.intoMemorySegment(ALL, lanes, ORDER);
        return FloatLanes.sum(lanes);
    }
}
