package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Softmax of one row of attention scores, and its derivative. Rows of scores lie in scratch and are {@code padded} elements
 * long, whole vectors; of a row of probabilities only the {@code visible} first elements exist. {@code lanes} is scratch
 * of one vector.
 */
final class FloatSoftmax {
    private FloatSoftmax() {}

    /** scores ← softmax(scale·scores) over the visible ones, 0 beyond; the visible ones also to {@code probabilities}. */
    static void forward(int visible, int padded, long scores, float scale, long probabilities, long lanes) {
        fill(visible, padded, scores, Float.NEGATIVE_INFINITY);
        int used = FloatLanes.padded(visible);
        FloatRows.shift(used, scores, FloatRows.max(used, scores, lanes));
        FloatRows.scale(scores, scores, scale, used);
        FloatMath.exp(used, scores, scores);
        FloatRows.scale(scores, scores, 1 / FloatRows.sum(used, scores, lanes), used);
        fill(used, padded, scores, 0);
        FloatRows.copy(scores, probabilities, visible);
    }

    /** Elements {@code from} and on of a row of {@code padded} elements. */
    private static void fill(int from, int padded, long row, float value) {
        int column = from / LANES * LANES;
        if (column < from) {
            long at = row + (long) column * ELEMENT;
            VectorMask<Float> kept = SPECIES.indexInRange(column, from);
            FloatVector.fromMemorySegment(SPECIES, ALL, at, ORDER)
                    .blend(value, kept.not())
                    .intoMemorySegment(ALL, at, ORDER);
            column += LANES;
        }
        for (; column < padded; column += LANES) {
            FloatVector.broadcast(SPECIES, value).intoMemorySegment(ALL, row + (long) column * ELEMENT, ORDER);
        }
    }

    /**
     * gradient ← scale·p·(gradient − Σ p·gradient) over the visible ones, 0 beyond: the derivative by the unscaled scores,
     * given the one by the probabilities. A copy of the probabilities, 0 beyond the visible ones, goes to {@code copy}.
     */
    static void backward(
            int visible, int padded, long probabilities, long copy, long gradient, float scale, long lanes) {
        FloatRows.copyPadded(probabilities, copy, visible, 0);
        int used = FloatLanes.padded(visible);
        fill(used, padded, copy, 0);
        // Beyond the visible ones the gradient holds products of no meaning, which the zeros of the copy take out.
        float mean = FloatRows.dot(used, copy, gradient, lanes);
        FloatVector factor = FloatVector.broadcast(SPECIES, scale);
        for (int column = 0; column < used; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector.fromMemorySegment(SPECIES, ALL, gradient + at, ORDER)
                    .sub(mean)
                    .mul(FloatVector.fromMemorySegment(SPECIES, ALL, copy + at, ORDER))
                    .mul(factor)
                    .intoMemorySegment(ALL, gradient + at, ORDER);
        }
        fill(used, padded, gradient, 0);
    }
}
