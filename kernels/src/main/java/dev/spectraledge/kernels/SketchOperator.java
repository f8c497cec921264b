package dev.spectraledge.kernels;

/**
 * A random linear map Ω from R^n to R^d that nearly keeps norms (Johnson and Lindenstrauss 1984), given by its key
 * alone; entry (i, j) is drawn when it is needed.
 *
 * @param rows d
 * @param nonzerosPerColumn of the sparse sign map, each ±1/√nonzeros in distinct rows; ignored for the Gaussian one
 */
public record SketchOperator(Kind kind, int rows, int nonzerosPerColumn, PhiloxKey key) {
    public SketchOperator {
        if (rows < 1) {
            throw new IllegalArgumentException("a sketch needs at least one row, got " + rows);
        }
        if (kind == Kind.SPARSE_SIGN && (nonzerosPerColumn < 1 || nonzerosPerColumn > rows)) {
            throw new IllegalArgumentException("a sparse sign sketch of " + rows + " rows needs 1 to " + rows
                    + " nonzeros per column, got " + nonzerosPerColumn);
        }
    }

    /** Distribution of the entries. */
    public enum Kind {
        /** Independent N(0, 1/d) entries. */
        GAUSSIAN,
        /** A few random signs in each column (OSNAP; Nelson and Nguyên 2013). */
        SPARSE_SIGN
    }
}
