package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.FloatVector;

/**
 * Softmax of one row of attention scores, in steps that the processor overlaps with those of other rows, and its
 * derivative. Rows of scores lie in scratch and are {@code padded} elements
 * long, whole vectors; of a row of probabilities only the {@code visible} first elements exist. {@code lanes} is scratch
 * of one vector.
 */
final class FloatSoftmax {
    private FloatSoftmax() {}

    /**
     * First step of three: scores ← scale·(scores − greatest) over the visible ones, −∞ in the rest of their vectors; returns
     * the greatest.
     */
    static float shift(int visible, long scores, float scale, long lanes) {
        int used = FloatLanes.padded(visible);
        hide(visible, scores);
        float greatest = FloatRows.max(used, scores, lanes);
        shiftAndScale(used, scores, greatest, scale);
        return greatest;
    }

    /** Second step: scores ← e^scores. */
    static void exponentials(int visible, long scores) {
        FloatMath.exp(FloatLanes.padded(visible), scores, scores);
    }

    /** Last step: divides by the sum; 0 beyond the visible ones, which also go to {@code probabilities}. */
    static void normalize(int visible, int padded, long scores, long probabilities, long lanes) {
        int used = FloatLanes.padded(visible);
        scaleAndCopy(visible, used, scores, 1 / FloatRows.sum(used, scores, lanes), probabilities);
        clear(used, padded, scores);
    }

    /** Makes the scores behind the visible ones in the last visible one's vector vanish in a softmax. */
    private static void hide(int visible, long scores) {
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

    private static void shiftAndScale(int count, long scores, float shift, float scale) {
        for (int column = 0; column < count; column += LANES) {
            long at = scores + (long) column * ELEMENT;
            FloatVector.fromMemorySegment(SPECIES, ALL, at, ORDER)
                    .sub(shift)
                    .mul(scale)
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

    /** Sum of the exponentials; 0 beyond the visible ones' vectors, up to {@code padded}. */
    static float sum(int visible, int padded, long scores, long lanes) {
        int used = FloatLanes.padded(visible);
        clear(used, padded, scores);
        return FloatRows.sum(used, scores, lanes);
    }

    /** scores ← e^(scale·scores − logSum) over the visible ones, 0 beyond: their probabilities. */
    static void probabilities(int visible, int padded, long scores, float scale, float logSum) {
        int used = FloatLanes.padded(visible);
        hide(visible, scores);
        for (int column = 0; column < used; column += LANES) {
            long at = scores + (long) column * ELEMENT;
            FloatVector.fromMemorySegment(SPECIES, ALL, at, ORDER)
                    .fma(FloatVector.broadcast(SPECIES, scale), FloatVector.broadcast(SPECIES, -logSum))
                    .intoMemorySegment(ALL, at, ORDER);
        }
        exponentials(visible, scores);
        clear(used, padded, scores);
    }

    private static void clear(int from, int to, long row) {
        for (int column = from; column < to; column += LANES) {
            FloatVector.zero(SPECIES).intoMemorySegment(ALL, row + (long) column * ELEMENT, ORDER);
        }
    }

    /**
     * gradient ← scale·p·(gradient − Σ p·gradient) over the visible ones, 0 beyond: the derivative by the unscaled scores,
     * given the one by the probabilities. A copy of the probabilities, 0 beyond the visible ones, goes to {@code copy}.
     */
    static void backward(
            int visible, int padded, long probabilities, long copy, long gradient, float scale, long lanes) {
        FloatRows.copyPadded(probabilities, copy, visible, 0);
        clear(FloatLanes.padded(visible), padded, copy);
        backward(visible, padded, copy, gradient, scale, lanes);
    }

    /** The same, given such a copy. */
    static void backward(int visible, int padded, long copy, long gradient, float scale, long lanes) {
        int used = FloatLanes.padded(visible);
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
        clear(used, padded, gradient);
    }
}
