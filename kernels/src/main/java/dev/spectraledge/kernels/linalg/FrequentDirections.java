package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Deterministic sketch of a stream of rows (Frequent Directions; Ghashami, Liberty, Phillips and Woodruff 2016, with the
 * buffer of 2ℓ rows of their fast variant): whenever the buffer B is full, its squared singular values shrink by the ℓ-th
 * largest one, which empties at least half of it.
 *
 * <p>Certificate: with Δ the sum of what was subtracted, {@link #shrinkage()}, every direction x of unit length obeys 0 ≤
 * ‖Ax‖² − ‖Bx‖² ≤ Δ, hence σ_j(B)² ≤ σ_j(A)² ≤ σ_j(B)² + Δ; and Δ ≤ ‖A − A_k‖_F²/(ℓ − k) for every k &lt; ℓ. It holds always,
 * up to the rounding of the rows' type.
 */
public final class FrequentDirections {
    private static final int USED = 0;
    private static final int SHRINKAGE = 1;
    private static final int SQUARED_NORM = 2;
    private static final int SEEN = 3;
    private static final int COUNTERS = 4;
    private static final long CHUNK = 1 << 12;

    private final Backend backend;
    private final Workers workers;
    private final int size;
    private final long parameters;
    /** [1, 2ℓ, n]. */
    private final Tensor rows;

    private final Tensor[] rowViews;
    private final Tensor[][] rowParts;
    /** Rows in use, Δ, ‖A‖_F², rows seen. */
    private final Tensor counters;

    private final RowGram gram;
    private final DenseSymmetricEigen eigen;
    /** [1, ℓ, 2ℓ] in the type of the rows. */
    private final Tensor coefficients;

    private final Tensor[] chunks;
    private final Tensor[] keptChunks;
    /** By worker, and for chunks of full and of the last size: [1, ℓ, chunk]. */
    private final Tensor[][] buffers;

    private final VectorSlices slices;
    private final Tensor[] squares;
    private final Workers.Task addTask = this::addPart;
    private final Workers.Task shrinkTask = this::shrinkPart;
    private Tensor[] source;
    private Tensor[] target;

    /**
     * @param type of the rows, FLOAT32 or FLOAT64
     * @param size ℓ ≥ 2
     * @param parameters n, the length of a row
     */
    public FrequentDirections(
            Backend backend, Workers workers, MemoryOwner owner, DType type, int size, long parameters) {
        if (size < 2 || parameters < 1) {
            throw new IllegalArgumentException("Frequent Directions needs at least 2 rows and one parameter, got "
                    + size + " rows, " + parameters + " parameters");
        }
        this.backend = backend;
        this.workers = workers;
        this.size = size;
        this.parameters = parameters;
        int capacity = 2 * size;
        rows = backend.allocate(owner, type, 1, capacity, parameters);
        counters = backend.allocate(owner, DType.FLOAT64, COUNTERS);
        slices = VectorSlices.byWorker(workers, parameters);
        rowViews = new Tensor[capacity];
        rowParts = new Tensor[capacity][];
        for (int row = 0; row < capacity; row++) {
            rowViews[row] = rows.at(0).slice(0, row, row + 1L);
            rowParts[row] = slices.make(rowViews[row]);
        }
        gram = new RowGram(backend, workers, owner, rows);
        eigen = new DenseSymmetricEigen(owner, DType.FLOAT64, capacity);
        coefficients = backend.allocate(owner, type, 1, size, capacity);
        VectorSlices byChunk = VectorSlices.bySize(parameters, CHUNK, 1);
        chunks = byChunk.make(rows);
        keptChunks = byChunk.make(rows.slice(1, 0, size));
        long last = keptChunks[keptChunks.length - 1].size(2);
        buffers = new Tensor[workers.count()][];
        squares = new Tensor[workers.count()];
        for (int worker = 0; worker < buffers.length; worker++) {
            buffers[worker] = new Tensor[] {
                backend.allocate(owner, type, 1, size, keptChunks[0].size(2)),
                backend.allocate(owner, type, 1, size, last)
            };
            squares[worker] = backend.allocate(owner, DType.FLOAT64, 1);
        }
    }

    /** ℓ. */
    public int size() {
        return size;
    }

    /** Rows seen so far. */
    public long seen() {
        return (long) counters.getDouble(SEEN);
    }

    /** Adds a row {@code [1, n]}. Slices of it are remembered: a caller that passes one tensor makes no garbage. */
    public void add(Tensor row) {
        if (row.rank() != 2 || row.size(0) != 1 || row.size(1) != parameters) {
            throw new IllegalArgumentException("row must have shape [1, " + parameters + "], got " + row);
        }
        if (used() == 2 * size) {
            shrink();
        }
        source = slices.of(row);
        target = rowParts[used()];
        workers.run(addTask);
        double sum = 0;
        for (Tensor part : squares) {
            sum += part.getDouble(0);
        }
        setCounter(USED, used() + 1.0);
        setCounter(SEEN, seen() + 1.0);
        setCounter(SQUARED_NORM, squaredNorm() + sum);
    }

    /** Singular values of B, largest first: 2ℓ values, each a lower bound of that of A. Not for every step. */
    public double[] singularValues() {
        eigen.decompose(gram.compute());
        double[] values = new double[2 * size];
        for (int index = 0; index < values.length; index++) {
            values[index] = Math.sqrt(Math.max(eigen.values().getDouble(index), 0));
        }
        return values;
    }

    /** Δ: no squared singular value of A exceeds that of B by more. */
    public double shrinkage() {
        return counters.getDouble(SHRINKAGE);
    }

    /** ‖A‖_F², exact to rounding. */
    public double squaredNorm() {
        return counters.getDouble(SQUARED_NORM);
    }

    /** B, {@code [2ℓ, n]}: a live view, of which rows not in use are zero. */
    public Tensor sketch() {
        return rows.at(0);
    }

    /** Live tensors of everything carried from one row to the next, as in {@link RollingGram#state()}. */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("counters", counters);
        state.put("sketch", rows);
        return state;
    }

    private int used() {
        return (int) counters.getDouble(USED);
    }

    private void setCounter(int counter, double value) {
        counters.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, counter, value);
    }

    private void shrink() {
        eigen.decompose(gram.compute());
        double shrink = Math.max(eigen.values().getDouble(size - 1), 0);
        int capacity = 2 * size;
        for (int row = 0; row < size; row++) {
            double value = eigen.values().getDouble(row);
            // Row i becomes √(λ_i − δ)·v_iᵀ with v_i = Bᵀu_i/√λ_i.
            double factor = value > shrink ? Math.sqrt((value - shrink) / value) : 0;
            for (int column = 0; column < capacity; column++) {
                long position = (long) row * capacity + column;
                double component = eigen.vectors().segment().getAtIndex(ValueLayout.JAVA_DOUBLE, position);
                if (coefficients.type() == DType.FLOAT32) {
                    coefficients.segment().setAtIndex(ValueLayout.JAVA_FLOAT, position, (float) (factor * component));
                } else {
                    coefficients.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, position, factor * component);
                }
            }
        }
        workers.run(shrinkTask);
        for (int row = size - 1; row < capacity; row++) {
            backend.fill(rowViews[row], 0);
        }
        setCounter(USED, size - 1.0);
        setCounter(SHRINKAGE, shrinkage() + shrink);
    }

    private void addPart(int worker) {
        if (!slices.isEmpty(worker)) {
            backend.copy(source[worker], target[worker]);
            backend.sumOfSquares(source[worker], squares[worker]);
        }
    }

    private void shrinkPart(int worker) {
        int end = (int) ((worker + 1L) * chunks.length / workers.count());
        for (int chunk = (int) ((long) worker * chunks.length / workers.count()); chunk < end; chunk++) {
            Tensor buffer = buffers[worker][chunk == chunks.length - 1 ? 1 : 0];
            backend.gemm(false, false, 1, coefficients, chunks[chunk], 0, buffer);
            backend.copy(buffer, keptChunks[chunk]);
        }
    }
}
