package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;

/**
 * Views of the part of the last axis that each worker has. Those of the last few tensors asked for are remembered, so
 * that a step which passes the same tensors again makes no garbage.
 */
final class WorkerSlices {
    private static final int REMEMBERED = 16;

    private final Workers workers;
    private final long length;
    private final Tensor[] tensors = new Tensor[REMEMBERED];
    private final Tensor[][] slices = new Tensor[REMEMBERED][];
    private int oldest;

    /** For tensors whose last axis has {@code length} elements. */
    WorkerSlices(Workers workers, long length) {
        this.workers = workers;
        this.length = length;
    }

    /** One view per worker; some may be empty where the vector is short. */
    Tensor[] of(Tensor tensor) {
        for (int index = 0; index < REMEMBERED; index++) {
            if (tensors[index] == tensor) {
                return slices[index];
            }
        }
        Tensor[] made = make(tensor);
        tensors[oldest] = tensor;
        slices[oldest] = made;
        oldest = (oldest + 1) % REMEMBERED;
        return made;
    }

    /** The same views, not remembered. */
    Tensor[] make(Tensor tensor) {
        int axis = tensor.rank() - 1;
        Tensor[] made = new Tensor[workers.count()];
        for (int worker = 0; worker < made.length; worker++) {
            made[worker] = tensor.slice(axis, workers.partBegin(length, worker), workers.partBegin(length, worker + 1));
        }
        return made;
    }
}
