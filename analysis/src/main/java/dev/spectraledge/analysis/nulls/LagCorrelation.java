package dev.spectraledge.analysis.nulls;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.kernels.linalg.SymmetricEigen;

/**
 * A factor A with unit rows of the Toeplitz matrix AAᵀ of a window's correlations by lag, c(ℓ) = mean cosine of updates ℓ
 * apart. Measured correlations need not be those of any process: negative eigenvalues are set to 0 and the diagonal is
 * scaled back to 1. Ours.
 */
final class LagCorrelation {
    private final int capacity;
    private final double[] correlation;
    private final double[] factor;
    private final double[] toeplitz;
    private final SymmetricEigen eigen;

    LagCorrelation(int capacity) {
        this.capacity = capacity;
        correlation = new double[capacity];
        factor = new double[capacity * capacity];
        toeplitz = new double[capacity * capacity];
        eigen = new SymmetricEigen(capacity);
    }

    /** Measures rows {@code [from, to)} of {@code gram}; an update of norm 0 correlates with nothing. */
    void measure(GramMatrix gram, int from, int to) {
        int rows = to - from;
        for (int lag = 0; lag < rows; lag++) {
            double sum = 0;
            for (int row = from; row + lag < to; row++) {
                double scale = Math.sqrt(gram.get(row, row)) * Math.sqrt(gram.get(row + lag, row + lag));
                sum += scale > 0 ? gram.get(row, row + lag) / scale : 0;
            }
            correlation[lag] = lag == 0 ? 1 : sum / (rows - lag);
        }
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < rows; column++) {
                toeplitz[row * rows + column] = correlation[Math.abs(row - column)];
            }
        }
        eigen.decompose(toeplitz, rows);
        for (int row = 0; row < rows; row++) {
            double norm = 0;
            for (int mode = 0; mode < rows; mode++) {
                double entry = eigen.vector(mode, row) * Math.sqrt(Math.max(eigen.value(mode), 0));
                factor[row * capacity + mode] = entry;
                norm += entry * entry;
            }
            for (int mode = 0; mode < rows; mode++) {
                factor[row * capacity + mode] /= Math.sqrt(norm);
            }
        }
    }

    /** c(lag). */
    double correlation(int lag) {
        return correlation[lag];
    }

    /** Entry of A. */
    double factor(int row, int column) {
        return factor[row * capacity + column];
    }
}
