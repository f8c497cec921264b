package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Low-rank approximation of a whole trajectory A (rows: T updates of n parameters) in one pass, by the three sketches of
 * Tropp, Yurtsever, Udell and Cevher 2019 ("Streaming low-rank matrix approximation with an application to scientific
 * simulation"): the co-range X = ΥA {@code [k, n]}, the range Y = AΩᵀ {@code [T, k]} and the core Z = ΦAΨᵀ {@code [s, s]},
 * together with an independent error sketch ΘA {@code [q, n]}. Υ, Φ and Θ are Gaussian, drawn row by row; Ω and Ψ are
 * sparse sign maps. Sizes follow the paper's rule for a target rank r: k = 4r + 1, s = 2k + 1.
 *
 * <p>Rows are buffered, so that X and ΘA grow by one matrix product per block. Memory: (k + q + block)·n. The small
 * algebra is in double. One thread calls; results are bit-identical for a fixed number of workers.
 */
public final class StreamingSvd {
    /**
     * What is kept of a stream.
     *
     * @param rank r, the number of singular values that are wanted
     * @param errorRows q, rows of the error sketch; 10 gives the error to about a third
     * @param block rows that are buffered
     * @param maximumRows T at most
     * @param key of all random numbers; five streams from this one on are used, below 2³²
     */
    public record Parameters(int rank, int errorRows, int block, int maximumRows, PhiloxKey key) {
        public Parameters {
            if (rank < 1 || errorRows < 1 || block < 1 || maximumRows < 1) {
                throw new IllegalArgumentException("a streaming SVD needs positive parameters, got rank " + rank
                        + ", errorRows " + errorRows + ", block " + block + ", maximumRows " + maximumRows);
            }
        }

        /** k, the size of the range and co-range sketches. */
        public int rangeRows() {
            return 4 * rank + 1;
        }

        /** s, the size of the core sketch. */
        public int coreRows() {
            return 2 * rangeRows() + 1;
        }
    }

    private static final int SEEN = 0;
    private static final int SQUARED_NORM = 1;
    private static final int COUNTERS = 2;

    private static final int NONZEROS_PER_COLUMN = 4;
    private static final int CO_RANGE_STREAM = 0;
    private static final int ERROR_STREAM = 1;
    private static final int CORE_ROW_STREAM = 2;
    private static final int RANGE_STREAM = 3;
    private static final int CORE_COLUMN_STREAM = 4;

    private final Backend backend;
    private final Workers workers;
    private final Parameters parameters;
    private final long length;
    /** X above ΘA: [1, k + q, n]. */
    private final Tensor sketches;
    /** Y: [T, k]. */
    private final Tensor range;
    /** Z: [s, s]. */
    private final Tensor core;
    /** Rows that are not yet in {@link #sketches}: [1, block, n]. */
    private final Tensor buffer;
    /** Rows seen, ‖A‖_F². */
    private final Tensor counters;

    /** [1, k + q, block] in the type of the rows. */
    private final Tensor coefficients;

    private final Tensor[] bufferRows;
    private final Tensor[][] bufferRowParts;
    private final Tensor[] bufferParts;
    private final Tensor[] sketchParts;
    private final VectorSlices slices;
    private final Tensor[] squares;
    private final ParallelSketch rangeSketch;
    private final ParallelSketch coreSketch;
    private final Tensor rangeRow;
    private final Tensor coreColumn;
    private final PhiloxKey coRangeKey;
    private final PhiloxKey errorKey;
    private final PhiloxKey coreRowKey;
    private final double[] normals;
    private final int[] words = new int[Philox.WORDS];
    private final RowGram gram;

    private final Workers.Task squaresTask = this::squaresPart;
    private final Workers.Task copyTask = this::copyPart;
    private final Workers.Task absorbTask = this::absorbPart;
    private final Workers.Task combineTask = this::combinePart;
    private final Tensor combination;
    private Tensor[] source;
    private Tensor[] target;

    /**
     * @param type of the rows, FLOAT32 or FLOAT64
     * @param length n, the length of a row
     */
    public StreamingSvd(
            Backend backend, Workers workers, MemoryOwner owner, DType type, Parameters parameters, long length) {
        int k = parameters.rangeRows();
        int s = parameters.coreRows();
        if (length < s) {
            throw new IllegalArgumentException("rows of " + length + " elements are shorter than the core sketch of "
                    + s + " rows for rank " + parameters.rank() + "; the rank must be smaller");
        }
        this.backend = backend;
        this.workers = workers;
        this.parameters = parameters;
        this.length = length;
        int stacked = k + parameters.errorRows();
        sketches = backend.allocate(owner, type, 1, stacked, length);
        range = backend.allocate(owner, DType.FLOAT64, parameters.maximumRows(), k);
        core = backend.allocate(owner, DType.FLOAT64, s, s);
        buffer = backend.allocate(owner, type, 1, parameters.block(), length);
        counters = backend.allocate(owner, DType.FLOAT64, COUNTERS);
        coefficients = backend.allocate(owner, type, 1, stacked, parameters.block());
        slices = VectorSlices.byWorker(workers, length);
        bufferRows = new Tensor[parameters.block()];
        bufferRowParts = new Tensor[parameters.block()][];
        for (int row = 0; row < bufferRows.length; row++) {
            bufferRows[row] = buffer.at(0).slice(0, row, row + 1L);
            bufferRowParts[row] = slices.make(bufferRows[row]);
        }
        bufferParts = slices.make(buffer);
        sketchParts = slices.make(sketches);
        squares = new Tensor[workers.count()];
        for (int worker = 0; worker < squares.length; worker++) {
            squares[worker] = backend.allocate(owner, DType.FLOAT64, 1);
        }
        int remembered = parameters.block() + 1;
        rangeSketch = new ParallelSketch(backend, workers, owner, operator(k, RANGE_STREAM), 1, length, remembered);
        coreSketch =
                new ParallelSketch(backend, workers, owner, operator(s, CORE_COLUMN_STREAM), 1, length, remembered);
        rangeRow = backend.allocate(owner, DType.FLOAT64, 1, k);
        coreColumn = backend.allocate(owner, DType.FLOAT64, 1, s);
        coRangeKey = key(CO_RANGE_STREAM);
        errorKey = key(ERROR_STREAM);
        coreRowKey = key(CORE_ROW_STREAM);
        normals = new double[Math.max(s, parameters.errorRows())];
        combination = backend.allocate(owner, DType.FLOAT64, 1, stacked);
        gram = new RowGram(backend, workers, owner, sketches);
    }

    /** T so far. */
    public long seen() {
        return (long) counters.getDouble(SEEN);
    }

    /** ‖A‖_F², exact to rounding. */
    public double squaredNorm() {
        return counters.getDouble(SQUARED_NORM);
    }

    /** The memory {@code [1, n]} of the next row: write all of it, then {@link #commit()}. */
    public Tensor next() {
        return bufferRows[place()];
    }

    /** Adds a row {@code [1, n]}. Slices of it are remembered: a caller that passes one tensor makes no garbage. */
    public void add(Tensor row) {
        if (row.rank() != 2 || row.size(0) != 1 || row.size(1) != length) {
            throw new IllegalArgumentException("row must have shape [1, " + length + "], got " + row);
        }
        source = slices.of(row);
        target = bufferRowParts[place()];
        workers.run(copyTask);
        commit();
    }

    /** Takes what was written to {@link #next()} as the next row. */
    public void commit() {
        long row = seen();
        if (row == parameters.maximumRows()) {
            throw new IllegalStateException("the stream was made for " + row + " rows and is full");
        }
        int place = place();
        Tensor newest = bufferRows[place];
        target = bufferRowParts[place];
        workers.run(squaresTask);
        double sum = 0;
        for (Tensor part : squares) {
            sum += part.getDouble(0);
        }
        int rangeSize = parameters.rangeRows();
        rangeSketch.apply(newest, rangeRow);
        MemorySegment.copy(
                rangeRow.segment(),
                0,
                range.segment(),
                row * rangeSize * Double.BYTES,
                (long) rangeSize * Double.BYTES);
        addToCore(row, newest);
        drawCoefficients(coRangeKey, row, place, 0, rangeSize);
        drawCoefficients(errorKey, row, place, rangeSize, parameters.errorRows());
        setCounter(SEEN, row + 1.0);
        setCounter(SQUARED_NORM, squaredNorm() + sum);
        if (place == parameters.block() - 1) {
            absorb();
        }
    }

    /**
     * The approximation of all rows so far; further rows may follow. Brings the buffered rows into the sketches, so that
     * the rounding of later results depends on when this was called.
     */
    public StreamingSpectrum spectrum() {
        if (seen() == 0) {
            throw new IllegalStateException("the stream is empty: no row has been added");
        }
        absorb();
        int coreSize = parameters.coreRows();
        double[][] sketchedCoRange = new double[coreSize][parameters.rangeRows()];
        for (int row = 0; row < parameters.rangeRows(); row++) {
            coreSketch.apply(sketches.at(0).slice(0, row, row + 1L), coreColumn);
            for (int index = 0; index < coreSize; index++) {
                sketchedCoRange[index][row] = coreColumn.get(0, index);
            }
        }
        return new StreamingReconstruction(parameters, (int) seen(), coreRowKey, errorKey)
                .reconstruct(range, core, gram.compute(), sketchedCoRange, squaredNorm());
    }

    /**
     * out ← right singular vector {@code index} as a unit vector {@code [1, n]}.
     *
     * @param spectrum of the rows as they are now
     */
    public void direction(StreamingSpectrum spectrum, int index, Tensor out) {
        if (spectrum.updates() != seen()) {
            throw new IllegalArgumentException("the spectrum was taken after row " + spectrum.updates()
                    + ", the stream has seen " + seen() + " rows");
        }
        for (int row = 0; row < parameters.rangeRows(); row++) {
            combination.set(spectrum.combination(index, row), 0, row);
        }
        target = slices.of(out);
        workers.run(combineTask);
    }

    /** Live tensors of everything carried from one row to the next, as in {@link RollingGram#state()}. */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("counters", counters);
        state.put("sketches", sketches);
        state.put("range", range);
        state.put("core", core);
        state.put("buffer", buffer);
        state.put("coefficients", coefficients);
        return state;
    }

    private PhiloxKey key(int stream) {
        return new PhiloxKey(parameters.key().seed(), parameters.key().stream() + stream);
    }

    private SketchOperator operator(int rows, int stream) {
        return new SketchOperator(
                SketchOperator.Kind.SPARSE_SIGN, rows, Math.min(NONZEROS_PER_COLUMN, rows), key(stream));
    }

    private int place() {
        return (int) (seen() % parameters.block());
    }

    private void setCounter(int counter, double value) {
        counters.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, counter, value);
    }

    /** Z ← Z + φ·(Ψa)ᵀ. */
    private void addToCore(long row, Tensor newest) {
        int size = parameters.coreRows();
        coreSketch.apply(newest, coreColumn);
        Philox.normals(coreRowKey, row * size, normals, size, words);
        MemorySegment target = core.segment();
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                long position = (long) i * size + j;
                double sum = target.getAtIndex(ValueLayout.JAVA_DOUBLE, position)
                        + normals[i] * coreColumn.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, j);
                target.setAtIndex(ValueLayout.JAVA_DOUBLE, position, sum);
            }
        }
    }

    private void drawCoefficients(PhiloxKey key, long row, int place, int first, int count) {
        Philox.normals(key, row * count, normals, count, words);
        for (int index = 0; index < count; index++) {
            long position = (long) (first + index) * parameters.block() + place;
            if (coefficients.type() == DType.FLOAT32) {
                coefficients.segment().setAtIndex(ValueLayout.JAVA_FLOAT, position, (float) normals[index]);
            } else {
                coefficients.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, position, normals[index]);
            }
        }
    }

    /** Adds the buffered rows to X and ΘA; their coefficients become zero, so that none is added twice. */
    private void absorb() {
        workers.run(absorbTask);
        backend.fill(coefficients, 0);
    }

    private void copyPart(int worker) {
        if (!slices.isEmpty(worker)) {
            backend.copy(source[worker], target[worker]);
        }
    }

    private void squaresPart(int worker) {
        if (!slices.isEmpty(worker)) {
            backend.sumOfSquares(target[worker], squares[worker]);
        }
    }

    private void absorbPart(int worker) {
        if (!slices.isEmpty(worker)) {
            backend.gemm(false, false, 1, coefficients, bufferParts[worker], 1, sketchParts[worker]);
        }
    }

    private void combinePart(int worker) {
        if (!slices.isEmpty(worker)) {
            backend.combineRows(sketchParts[worker], combination, target[worker]);
        }
    }
}
