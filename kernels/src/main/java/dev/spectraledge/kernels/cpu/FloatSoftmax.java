package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.FloatVector;

/**
 * Softmax of one row of attention scores, in steps that the processor overlaps with those of other rows, and its derivative. Rows
 * lie in scratch and are {@code padded} elements long, whole vectors; of a row of probabilities that are kept only the
 * {@code visible} first elements exist. {@code lanes} is scratch of one vector.
 */
final class FloatSoftmax {
    private FloatSoftmax() {}

    /** The greatest of the visible scores; −∞ goes to the rest of their vectors. */
    static float greatest(int visible, long scores, long lanes) {
        hide(visible, scores);
        return FloatRows.max(FloatLanes.padded(visible), scores, lanes);
    }

    /** scores ← e^(scale·scores − shift) over the visible ones, 0 beyond, which {@link #hide} has marked. */
    static void exponentials(int visible, int padded, long scores, float scale, float shift) {
        int used = FloatLanes.padded(visible);
        FloatMath.exp(used, scores, scale, -shift, scores);
        clear(used, padded, scores);
    }

    /** Exponentials to probabilities, which also go to where they are kept. */
    static void normalize(int visible, long exponentials, long probabilities, long lanes) {
        int used = FloatLanes.padded(visible);
        scaleAndCopy(visible, used, exponentials, 1 / FloatRows.sum(used, exponentials, lanes), probabilities);
    }

    /** Exponentials to probabilities; returns their sum. */
    static float divide(int visible, long exponentials, long lanes) {
        int used = FloatLanes.padded(visible);
        float sum = FloatRows.sum(used, exponentials, lanes);
        FloatRows.scale(exponentials, exponentials, 1 / sum, used);
        return sum;
    }

    /** Makes the scores behind the visible ones in the last visible one's vector vanish in a softmax. */
    static void hide(int visible, long scores) {
        int column = visible / LANES * LANES;
        if (column < visible) {
            long at = scores + (long) column * ELEMENT;
            FloatVector.fromMemorySegment(SPECIES, ALL, at, ORDER)
                    .blend(
                            Float.NEGATIVE_INFINITY,
                            SPECIES.indexInRange(column, visible).not())
                    .intoMemorySegment(ALL, at, ORDER);
        }
    }

    private static void scaleAndCopy(int visible, int used, long scores, float factor, long probabilities) {
        int column = 0;
        for (; column <= visible - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector p = FloatVector.fromMemorySegment(SPECIES, ALL, scores + at, ORDER)
                    .mul(factor);
            p.intoMemorySegment(ALL, scores + at, ORDER);
            p.intoMemorySegment(ALL, probabilities + at, ORDER);
        }
        if (column < used) {
            long at = (long) column * ELEMENT;
            FloatVector p = FloatVector.fromMemorySegment(SPECIES, ALL, scores + at, ORDER)
                    .mul(factor);
            p.intoMemorySegment(ALL, scores + at, ORDER);
            p.intoMemorySegment(ALL, probabilities + at, ORDER, SPECIES.indexInRange(column, visible));
        }
    }

    private static void clear(int from, int to, long row) {
        for (int column = from; column < to; column += LANES) {
            FloatVector.zero(SPECIES).intoMemorySegment(ALL, row + (long) column * ELEMENT, ORDER);
        }
    }

    /** Probabilities that have been kept to {@code copy}, 0 beyond the visible ones. */
    static void copy(int visible, int padded, long probabilities, long copy) {
        FloatRows.copyPadded(probabilities, copy, visible, 0);
        clear(FloatLanes.padded(visible), padded, copy);
    }

    /**
     * gradient ← scale·p·(gradient − mean) over the visible ones, 0 beyond: the derivative by the unscaled scores, given the one
     * by the probabilities, 0 beyond the visible ones, and its mean Σ p·gradient.
     */
    static void backward(int visible, int padded, long probabilities, long gradient, float scale, float mean) {
        int used = FloatLanes.padded(visible);
        FloatVector factor = FloatVector.broadcast(SPECIES, scale);
        // Beyond the visible ones the gradient holds products of no meaning, which zeros take out.
        for (int column = 0; column < used; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector.fromMemorySegment(SPECIES, ALL, gradient + at, ORDER)
                    .sub(mean)
                    .mul(FloatVector.fromMemorySegment(SPECIES, ALL, probabilities + at, ORDER))
                    .mul(factor)
                    .intoMemorySegment(ALL, gradient + at, ORDER);
        }
        clear(used, padded, gradient);
    }
}
