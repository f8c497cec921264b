package dev.spectraledge.trainer.io.torch;

import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.SafetensorsType;
import java.util.List;

/** A strided view of numbers in a file, every element of which is known to be inside of them; see {@link TorchFile#data}. */
public final class TorchTensor {
    /** As in NumPy and PyTorch. */
    static final int MOST_AXES = 64;

    private final TorchStorage storage;
    private final long offset;
    private final List<Long> shape;
    private final List<Long> strides;

    /**
     * Checks that all elements are inside of the storage.
     *
     * @param offset of the first element, in elements, as the strides
     * @throws IllegalArgumentException if one is not, or the numbers are none of a tensor
     */
    TorchTensor(TorchStorage storage, long offset, List<Long> shape, List<Long> strides) {
        this.storage = storage;
        this.offset = offset;
        this.shape = shape;
        this.strides = strides;
        if (shape.size() > MOST_AXES || shape.size() != strides.size()) {
            throw new IllegalArgumentException(
                    "a tensor with " + shape.size() + " sizes and " + strides.size() + " strides is not possible");
        }
        long available = storage.elements();
        try {
            long elements = 1;
            long last = offset;
            for (int axis = 0; axis < shape.size(); axis++) {
                elements = Math.multiplyExact(elements, requireNatural(shape.get(axis)));
                long steps = Math.max(shape.get(axis) - 1, 0);
                last = Math.addExact(last, Math.multiplyExact(steps, requireNatural(strides.get(axis))));
            }
            boolean inside = elements == 0
                    ? requireNatural(offset) <= available
                    : requireNatural(offset) <= last && last < available;
            if (!inside || elements > available) {
                throw new ArithmeticException("outside");
            }
        } catch (ArithmeticException outside) {
            throw new IllegalArgumentException(
                    "a tensor of shape " + Printable.value(shape) + " with strides " + Printable.value(strides)
                            + " at element " + offset + " does not fit into storage " + Printable.value(storage.key())
                            + " of " + available + " elements",
                    outside);
        }
    }

    private static long requireNatural(long value) {
        if (value < 0) {
            throw new ArithmeticException("negative");
        }
        return value;
    }

    public SafetensorsType type() {
        return storage.type();
    }

    /** Sizes of the axes; empty for a scalar. */
    public List<Long> shape() {
        return shape;
    }

    /** Number of elements. */
    public long elements() {
        return shape.stream().reduce(1L, (product, size) -> product * size);
    }

    /** Equal for tensors that are the same elements of the same storage in the same order. */
    public Object identity() {
        return List.of(storage.key(), storage.type(), offset, shape, strides);
    }

    TorchStorage storage() {
        return storage;
    }

    long offset() {
        return offset;
    }

    List<Long> strides() {
        return strides;
    }

    /** Whether the elements stand one after the other in row-major order; the stride of an axis of size 1 means nothing. */
    boolean isContiguous() {
        long expected = 1;
        for (int axis = shape.size() - 1; axis >= 0; axis--) {
            if (shape.get(axis) != 1 && strides.get(axis) != expected) {
                return false;
            }
            expected *= shape.get(axis);
        }
        return true;
    }
}
