package dev.spectraledge.trainer.io;

import dev.spectraledge.kernels.Tensor;

/** Walks a tensor, strided or not, as the fewest contiguous pieces in row-major order. */
final class TensorRows {
    private TensorRows() {}

    /** Receives one contiguous piece. */
    @FunctionalInterface
    interface Visitor<X extends Exception> {
        /** Visits a piece that starts {@code byteOffset} bytes into the tensor's segment. */
        void visit(long byteOffset, long elements) throws X;
    }

    static <X extends Exception> void forEach(Tensor tensor, Visitor<X> visitor) throws X {
        if (tensor.elements() == 0) {
            return;
        }
        int outerAxes = tensor.rank();
        long piece = 1;
        while (outerAxes > 0 && (tensor.size(outerAxes - 1) == 1 || tensor.stride(outerAxes - 1) == piece)) {
            outerAxes--;
            piece *= tensor.size(outerAxes);
        }
        long[] index = new long[outerAxes];
        long pieces = tensor.elements() / piece;
        for (long count = 0; count < pieces; count++) {
            long offset = 0;
            for (int axis = 0; axis < outerAxes; axis++) {
                offset += index[axis] * tensor.stride(axis);
            }
            visitor.visit(offset * tensor.type().bytes(), piece);
            advance(index, tensor);
        }
    }

    private static void advance(long[] index, Tensor tensor) {
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis]++;
            if (index[axis] < tensor.size(axis)) {
                return;
            }
            index[axis] = 0;
        }
    }
}
