package dev.spectraledge.analysis.nulls;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.kernels.linalg.SymmetricEigen;

/**
 * The symmetric square root A, with unit rows, of the Toeplitz matrix A² of a window's correlations by lag, c(ℓ) = mean cosine
 * of updates ℓ apart. Of all factors AAᵀ it is the one that depends on the matrix alone: eigenvectors have arbitrary signs, and
 * where eigenvalues are close arbitrary directions, which rounding decides. The means of a window that is not stationary need not be the correlations of any process, and setting negative
 * eigenvalues to 0 would give a process of low rank with spurious gaps; therefore all correlations are shrunk by the least
 * common factor that makes the smallest eigenvalue that of the window's own correlation matrix. Ours.
 */
final class LagCorrelation {
    private final int capacity;
    private final double[] correlation;
    private final double[] matrix;
    private final double[] factor;
    private final SymmetricEigen eigen;

    LagCorrelation(int capacity) {
        this.capacity = capacity;
        correlation = new double[capacity];
        matrix = new double[capacity * capacity];
        factor = new double[capacity * capacity];
        eigen = new SymmetricEigen(capacity);
    }

    /** Measures rows {@code [from, to)} of {@code gram}; an update of norm 0 correlates with nothing. */
    void measure(GramMatrix gram, int from, int to) {
        int rows = to - from;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < rows; column++) {
                matrix[row * rows + column] = cosine(gram, from + row, from + column);
            }
        }
        for (int lag = 0; lag < rows; lag++) {
            double sum = 0;
            for (int row = 0; row + lag < rows; row++) {
                sum += matrix[row * rows + row + lag];
            }
            correlation[lag] = sum / (rows - lag);
        }
        eigen.decompose(matrix, rows);
        double smallest = Math.max(eigen.value(rows - 1), 0);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < rows; column++) {
                matrix[row * rows + column] = correlation[Math.abs(row - column)];
            }
        }
        eigen.decompose(matrix, rows);
        double lacking = Math.max(smallest - eigen.value(rows - 1), 0);
        double shrinkage = lacking > 0 ? lacking / (1 - eigen.value(rows - 1)) : 0;
        for (int lag = 1; lag < rows; lag++) {
            correlation[lag] *= 1 - shrinkage;
        }
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column <= row; column++) {
                double entry = squareRoot(row, column, rows, shrinkage);
                factor[row * capacity + column] = entry;
                factor[column * capacity + row] = entry;
            }
        }
    }

    /** Entry of the square root of (1 − shrinkage)·M + shrinkage·I for the decomposed matrix M. */
    private double squareRoot(int row, int column, int rows, double shrinkage) {
        double sum = 0;
        for (int mode = 0; mode < rows; mode++) {
            double eigenvalue = (1 - shrinkage) * eigen.value(mode) + shrinkage;
            sum += eigen.vector(mode, row) * eigen.vector(mode, column) * Math.sqrt(Math.max(eigenvalue, 0));
        }
        return sum;
    }

    private static double cosine(GramMatrix gram, int row, int column) {
        if (row == column) {
            return 1;
        }
        double scale = Math.sqrt(gram.get(row, row)) * Math.sqrt(gram.get(column, column));
        return scale > 0 ? gram.get(row, column) / scale : 0;
    }

    /** c(lag) after shrinking. */
    double correlation(int lag) {
        return correlation[lag];
    }

    /** Entry of A. */
    double factor(int row, int column) {
        return factor[row * capacity + column];
    }
}
