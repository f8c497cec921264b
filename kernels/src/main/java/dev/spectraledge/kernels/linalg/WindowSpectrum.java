package dev.spectraledge.kernels.linalg;

import java.util.Objects;

/**
 * Singular values and left singular vectors of a window of updates X (rows oldest to newest), for each run, with the
 * certificate of the method that computed them. Filled again and again by {@link RollingGram} or {@link SketchedWindow};
 * keep two of them to compare a window with its predecessor.
 */
public final class WindowSpectrum {
    private final int runs;
    private final int window;
    private final double[] values;
    private final double[] vectors;
    private final double[] errorBounds;
    private final double[] standardErrors;
    private final double[] traces;
    private long updates;
    private int rows;

    /** Room for {@code runs} runs of windows of up to {@code window} rows. */
    public WindowSpectrum(int runs, int window) {
        this.runs = runs;
        this.window = window;
        values = new double[runs * window];
        vectors = new double[runs * window * window];
        errorBounds = new double[runs * window];
        standardErrors = new double[runs * window];
        traces = new double[runs];
    }

    public int runs() {
        return runs;
    }

    /** W, the largest number of rows. */
    public int window() {
        return window;
    }

    /** Number of updates that had been seen when this was computed: the newest row is update {@code updates() − 1}. */
    public long updates() {
        return updates;
    }

    /** Rows in the window, w = min(W, updates seen); as many singular values are defined. */
    public int rows() {
        return rows;
    }

    /** σ of index {@code index}, 0 being the largest. */
    public double singularValue(int run, int index) {
        return Math.sqrt(values[value(run, index)]);
    }

    /** λ = σ², the eigenvalue of XXᵀ. */
    public double eigenvalue(int run, int index) {
        return values[value(run, index)];
    }

    /**
     * Component of the unit left singular vector u of index {@code index} at row {@code row}, 0 being the oldest. Its
     * component largest in magnitude is positive.
     */
    public double leftVector(int run, int index, int row) {
        return vectors[value(run, index) * window + Objects.checkIndex(row, rows)];
    }

    /** ‖X‖_F² = Σσ². */
    public double trace(int run) {
        return traces[Objects.checkIndex(run, runs)];
    }

    /**
     * Certificate: bound on |computed σ − σ|/σ, or infinity where nothing can be said. It holds always, or with the
     * probability that the method states.
     */
    public double relativeErrorBound(int run, int index) {
        return errorBounds[value(run, index)];
    }

    /** Root mean square of (computed σ − σ)/σ over the random choices of the method; 0 for a deterministic one. */
    public double relativeStandardError(int run, int index) {
        return standardErrors[value(run, index)];
    }

    void begin(long updates, int rows) {
        this.updates = updates;
        this.rows = rows;
    }

    /** Takes values and vectors from a decomposition of XXᵀ; a negative eigenvalue is rounding and becomes 0. */
    void set(int run, SymmetricEigen eigen, double trace) {
        traces[run] = trace;
        for (int index = 0; index < rows; index++) {
            int position = value(run, index);
            values[position] = Math.max(eigen.value(index), 0);
            for (int row = 0; row < rows; row++) {
                vectors[position * window + row] = eigen.vector(index, row);
            }
        }
    }

    void setTrace(int run, double trace) {
        traces[run] = trace;
    }

    void setErrors(int run, int index, double relativeErrorBound, double relativeStandardError) {
        int position = value(run, index);
        errorBounds[position] = relativeErrorBound;
        standardErrors[position] = relativeStandardError;
    }

    private int value(int run, int index) {
        return Objects.checkIndex(run, runs) * window + Objects.checkIndex(index, rows);
    }

    void requireShape(int expectedRuns, int expectedWindow) {
        if (runs != expectedRuns || window != expectedWindow) {
            throw new IllegalArgumentException("a spectrum of " + runs + " runs and " + window
                    + " rows was given, needed " + expectedRuns + " runs and " + expectedWindow + " rows");
        }
    }
}
