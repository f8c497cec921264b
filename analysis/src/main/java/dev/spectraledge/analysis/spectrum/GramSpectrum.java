package dev.spectraledge.analysis.spectrum;

/**
 * Singular values σ_1 ≥ … ≥ σ_w of a window of w updates, and its left singular vectors u_k, from the eigenvectors of the
 * w × w Gram matrix (thesis §3, method of snapshots). The directions v_k = Xᵀu_k/σ_k in parameter space are never formed:
 * every product with them is a short sum over products of updates.
 */
public final class GramSpectrum {
    /**
     * Eigenvalues below this multiple of rows times the largest one are rounding of the Gram matrix: products are
     * exact to 2⁻⁵², so each eigenvalue is known to about rows·2⁻⁵² of the largest. Ours.
     */
    private static final double RESOLUTION = 8 * 0x1p-52;

    private final SymmetricEigenproblem eigenproblem;
    private final double[] singularValues;
    private int firstRow;
    private int rows;

    public GramSpectrum(int capacity) {
        eigenproblem = new SymmetricEigenproblem(capacity);
        singularValues = new double[capacity];
    }

    /** Takes the window of rows {@code [from, to)} of {@code gram}; at least one row. */
    public void compute(GramMatrix gram, int from, int to) {
        firstRow = from;
        rows = to - from;
        eigenproblem.begin(rows);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column <= row; column++) {
                eigenproblem.set(row, column, gram.get(from + row, from + column));
            }
        }
        eigenproblem.solve();
        for (int mode = 0; mode < rows; mode++) {
            singularValues[mode] = Math.sqrt(Math.max(eigenproblem.value(mode), 0));
        }
    }

    /** First row of the Gram matrix that belongs to the window. */
    int firstRow() {
        return firstRow;
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
        return eigenproblem.vector(row, mode);
    }

    /** Whether σ stands above the rounding of the Gram matrix, so that its direction means something. */
    public boolean isResolved(int mode) {
        double largest = singularValues[0];
        double value = singularValues[mode];
        return value > 0 && value * value > RESOLUTION * rows * largest * largest;
    }

    /** Σσ_j². */
    public double trace() {
        double trace = 0;
        for (int mode = 0; mode < rows; mode++) {
            trace += singularValues[mode] * singularValues[mode];
        }
        return trace;
    }
}
