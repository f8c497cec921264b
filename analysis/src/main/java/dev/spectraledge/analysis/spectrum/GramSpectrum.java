package dev.spectraledge.analysis.spectrum;

import dev.spectraledge.kernels.linalg.SymmetricEigen;
import dev.spectraledge.kernels.linalg.SymmetricEigenvalues;

/**
 * Singular values σ_1 ≥ … ≥ σ_w of a window of w updates, and its left singular vectors u_k, from the eigenvectors of the
 * w × w Gram matrix (thesis §3, method of snapshots). The directions v_k = Xᵀu_k/σ_k in parameter space are never formed:
 * every product with them is a short sum over products of updates.
 */
public final class GramSpectrum {
    /** Null where singular values are all that is wanted. */
    private final SymmetricEigen eigen;

    private final SymmetricEigenvalues values;
    private final double[] matrix;
    private final double[] singularValues;
    private int firstRow;
    private int rows;
    private double trace;

    public GramSpectrum(int capacity) {
        this(capacity, new SymmetricEigen(capacity), null);
    }

    private GramSpectrum(int capacity, SymmetricEigen eigen, SymmetricEigenvalues values) {
        this.eigen = eigen;
        this.values = values;
        matrix = new double[capacity * capacity];
        singularValues = new double[capacity];
    }

    /**
     * Without vectors, which takes an eighth of the time, for matrices that are rounded: σ² is known to a few ulp of the largest,
     * where {@link #GramSpectrum(int)} knows it to few of its own.
     */
    public static GramSpectrum ofValues(int capacity) {
        return new GramSpectrum(capacity, null, new SymmetricEigenvalues(capacity));
    }

    /**
     * Takes the window of rows {@code [from, to)} of {@code gram}; at least one row.
     *
     * @throws ArithmeticException where a product is not finite
     */
    public void compute(GramMatrix gram, int from, int to) {
        firstRow = from;
        rows = to - from;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < rows; column++) {
                matrix[row * rows + column] = gram.get(from + row, from + column);
            }
        }
        if (eigen == null) {
            values.compute(matrix, rows);
        } else {
            eigen.decompose(matrix, rows);
        }
        trace = 0;
        for (int mode = 0; mode < rows; mode++) {
            double eigenvalue = Math.max(eigen == null ? values.value(mode) : eigen.value(mode), 0);
            singularValues[mode] = Math.sqrt(eigenvalue);
            trace += eigenvalue;
        }
    }

    /** First row of the Gram matrix that belongs to the window. */
    int firstRow() {
        return firstRow;
    }

    /** Follows the window to another row of the Gram matrix, when older updates were dropped. */
    void moveTo(int newFirstRow) {
        firstRow = newFirstRow;
    }

    /** Number of updates in the window, and of modes. */
    public int rows() {
        return rows;
    }

    /** σ of mode {@code mode}, counted from 0. */
    public double singularValue(int mode) {
        return singularValues[mode];
    }

    /** Component {@code row} of the left singular vector u of {@code mode}; its sign is arbitrary. */
    public double left(int row, int mode) {
        return eigen.vector(mode, row);
    }

    /** Whether σ stands above the rounding of the Gram matrix, so that its direction means something; see {@link Resolution}. */
    public boolean isResolved(int mode) {
        return Resolution.resolves(singularValues[mode] * singularValues[mode], trace);
    }

    /** Σσ_j². */
    public double trace() {
        return trace;
    }
}
