package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;

/**
 * Views of fixed parts of the last axis of tensors. Those of the last few tensors asked for are remembered, so that a
 * step which passes the same tensors again makes no garbage.
 */
final class VectorSlices {
    /** Tensors that are remembered unless more are needed. */
    static final int REMEMBERED = 16;

    private final long[] bounds;
    private final Tensor[] tensors;
    private final Tensor[][] slices;
    private int oldest;

    private VectorSlices(long[] bounds, int remembered) {
        this.bounds = bounds;
        tensors = new Tensor[remembered];
        slices = new Tensor[remembered][];
    }

    /** One part for each worker; where the vector is short, some are empty. */
    static VectorSlices byWorker(Workers workers, long length) {
        long[] bounds = new long[workers.count() + 1];
        for (int worker = 0; worker < bounds.length; worker++) {
            bounds[worker] = workers.partBegin(length, worker);
        }
        return new VectorSlices(bounds, REMEMBERED);
    }

    /** Parts of {@code size} elements, the last one as many as are left. */
    static VectorSlices bySize(long length, long size, int remembered) {
        int count = Math.toIntExact((length + size - 1) / size);
        long[] bounds = new long[count + 1];
        for (int part = 0; part <= count; part++) {
            bounds[part] = Math.min(part * size, length);
        }
        return new VectorSlices(bounds, remembered);
    }

    int count() {
        return bounds.length - 1;
    }

    boolean isEmpty(int part) {
        return bounds[part] == bounds[part + 1];
    }

    /** One view per part. */
    Tensor[] of(Tensor tensor) {
        for (int index = 0; index < tensors.length; index++) {
            if (tensors[index] == tensor) {
                return slices[index];
            }
        }
        Tensor[] made = make(tensor);
        tensors[oldest] = tensor;
        slices[oldest] = made;
        oldest = (oldest + 1) % tensors.length;
        return made;
    }

    /** The same views, not remembered. */
    Tensor[] make(Tensor tensor) {
        int axis = tensor.rank() - 1;
        Tensor[] made = new Tensor[count()];
        for (int part = 0; part < made.length; part++) {
            made[part] = tensor.slice(axis, bounds[part], bounds[part + 1]);
        }
        return made;
    }
}
