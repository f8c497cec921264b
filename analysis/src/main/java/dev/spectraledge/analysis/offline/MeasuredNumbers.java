package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import java.util.Arrays;

/** Finds the number for which a product is not finite. */
final class MeasuredNumbers {
    /** 2⁵⁰⁰: differences of such numbers can be squared, and 2²⁰ and more of the squares be added, without overflow. */
    private static final double LARGEST = 0x1p500;

    private MeasuredNumbers() {}

    /**
     * Fails if one of {@code count} elements from {@code begin} on is not finite or too large to be squared, naming the
     * first.
     *
     * @param advice what the message ends with
     */
    static void require(StoredTensor tensor, long begin, int count, String advice) {
        for (long index = begin; index < begin + count; index++) {
            double value = tensor.type().real(tensor.data(), index);
            if (!(Math.abs(value) <= LARGEST)) {
                throw new RunException(tensor.file() + ": tensor '" + Printable.value(tensor.name()) + "' holds "
                        + value + " at index " + Arrays.toString(position(index, tensor))
                        + (Double.isFinite(value)
                                ? ", which is too large to be squared and added up in double precision (at most "
                                        + LARGEST + ")"
                                : "; all values must be finite")
                        + advice);
            }
        }
    }

    private static long[] position(long index, StoredTensor tensor) {
        long[] position = new long[tensor.shape().size()];
        long rest = index;
        for (int axis = position.length - 1; axis >= 0; axis--) {
            long size = tensor.shape().get(axis);
            position[axis] = rest % size;
            rest /= size;
        }
        return position;
    }
}
