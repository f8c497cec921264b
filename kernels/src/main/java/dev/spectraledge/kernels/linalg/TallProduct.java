package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;

/**
 * Products with a tall matrix T {@code [N, M]} that is stored as it is or as its transpose {@code [M, N]}, split over
 * workers by slices of N; parts are added in the order of the workers.
 */
final class TallProduct {
    private final Backend backend;
    private final Workers workers;
    private final boolean transposed;
    private final long tall;
    private final long narrow;
    private final Tensor matrix;

    /** T is {@code stored [N, M]}, or its transpose where {@code transposed}; contiguous. */
    TallProduct(Backend backend, Workers workers, Tensor stored, boolean transposed) {
        this.backend = backend;
        this.workers = workers;
        this.transposed = transposed;
        tall = stored.size(transposed ? 1 : 0);
        narrow = stored.size(transposed ? 0 : 1);
        matrix = stored.reshape(1, stored.size(0), stored.size(1));
    }

    /** N. */
    long tall() {
        return tall;
    }

    /** M. */
    long narrow() {
        return narrow;
    }

    /** Rows {@code from} to {@code to} of T, as stored, with a leading run axis of 1. */
    Tensor rows(long from, long to) {
        return matrix.slice(transposed ? 2 : 1, from, to);
    }

    boolean isTransposed() {
        return transposed;
    }

    /** Y ← α·T·X + β·Y for X {@code [M, l]} and Y {@code [N, l]}. */
    void times(double alpha, Tensor x, double beta, Tensor y) {
        Tensor right = batched(x);
        Tensor result = batched(y);
        workers.run(worker -> {
            long from = workers.partBegin(tall, worker);
            long to = workers.partBegin(tall, worker + 1);
            if (from < to) {
                backend.gemm(transposed, false, alpha, rows(from, to), right, beta, result.slice(1, from, to));
            }
        });
    }

    /** X ← α·Tᵀ·Y + β·X for Y {@code [N, l]} and X {@code [M, l]}. */
    void transposeTimes(double alpha, Tensor y, double beta, Tensor x) {
        Tensor right = batched(y);
        Tensor result = batched(x);
        try (MemoryOwner scratch = MemoryOwner.open("parts of a transposed product")) {
            Tensor[] parts = new Tensor[workers.count()];
            for (int worker = 0; worker < parts.length; worker++) {
                parts[worker] = backend.allocate(scratch, x.type(), 1, x.size(0), x.size(1));
            }
            workers.run(worker -> {
                long from = workers.partBegin(tall, worker);
                long to = workers.partBegin(tall, worker + 1);
                if (from < to) {
                    backend.gemm(!transposed, false, alpha, rows(from, to), right.slice(1, from, to), 0, parts[worker]);
                }
            });
            Tensor flat = flat(result);
            if (beta == 0) {
                backend.fill(flat, 0);
            } else {
                backend.scale(beta, flat);
            }
            for (Tensor part : parts) {
                backend.axpy(1, flat(part), flat);
            }
        }
    }

    private static Tensor batched(Tensor tensor) {
        return tensor.reshape(1, tensor.size(0), tensor.size(1));
    }

    private static Tensor flat(Tensor tensor) {
        return tensor.reshape(1, tensor.elements());
    }
}
