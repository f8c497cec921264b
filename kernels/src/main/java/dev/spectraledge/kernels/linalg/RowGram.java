package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Gram matrix B·Bᵀ of a few long rows, accumulated in double, split over workers by slices of the rows. The rows are
 * taken a cache's worth at a time, so that memory is read about once however many rows there are.
 */
final class RowGram {
    private static final long CHUNK_BYTES = 1 << 19;

    private final Backend backend;
    private final Workers workers;
    private final int rows;
    /** By chunk: [1, rows, chunk]. */
    private final Tensor[] chunks;
    /** By chunk and row: [1, chunk]. */
    private final Tensor[][] chunkRows;
    /** By worker: [1, rows]. */
    private final Tensor[] products;
    /** By worker: rows × rows sums. */
    private final double[][] sums;

    private final Tensor gram;
    private final Workers.Task task = this::part;

    /** For {@code matrix [1, rows, n]}. */
    RowGram(Backend backend, Workers workers, MemoryOwner owner, Tensor matrix) {
        this.backend = backend;
        this.workers = workers;
        rows = Math.toIntExact(matrix.size(1));
        long columns = matrix.size(2);
        long size = Math.max(256, CHUNK_BYTES / ((long) rows * matrix.type().bytes()) / 16 * 16);
        VectorSlices slices = VectorSlices.bySize(columns, size, 1);
        chunks = slices.make(matrix);
        chunkRows = new Tensor[chunks.length][rows];
        for (int row = 0; row < rows; row++) {
            Tensor[] parts = slices.make(matrix.at(0).slice(0, row, row + 1L));
            for (int chunk = 0; chunk < chunks.length; chunk++) {
                chunkRows[chunk][row] = parts[chunk];
            }
        }
        products = new Tensor[workers.count()];
        sums = new double[workers.count()][rows * rows];
        for (int worker = 0; worker < products.length; worker++) {
            products[worker] = backend.allocate(owner, DType.FLOAT64, 1, rows);
        }
        gram = backend.allocate(owner, DType.FLOAT64, rows, rows);
    }

    /** Computes B·Bᵀ of the rows as they are now; the FLOAT64 {@code [rows, rows]} result is overwritten by the next call. */
    Tensor compute() {
        workers.run(task);
        for (int entry = 0; entry < rows * rows; entry++) {
            double sum = 0;
            for (double[] part : sums) {
                sum += part[entry];
            }
            gram.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, entry, sum);
        }
        return gram;
    }

    private void part(int worker) {
        double[] sum = sums[worker];
        Arrays.fill(sum, 0);
        Tensor product = products[worker];
        int end = (int) ((worker + 1L) * chunks.length / workers.count());
        for (int chunk = (int) ((long) worker * chunks.length / workers.count()); chunk < end; chunk++) {
            for (int row = 0; row < rows; row++) {
                backend.gramRow(chunks[chunk], chunkRows[chunk][row], product);
                for (int column = 0; column < rows; column++) {
                    sum[row * rows + column] += product.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, column);
                }
            }
        }
    }
}
