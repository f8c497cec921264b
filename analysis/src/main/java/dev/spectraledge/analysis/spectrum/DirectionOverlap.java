package dev.spectraledge.analysis.spectrum;

import dev.spectraledge.kernels.linalg.SymmetricEigen;

/**
 * Cosines ⟨v_j, v′_k⟩ between the directions of two windows whose rows lie in one Gram matrix: uᵀ·G·u′/(σσ′), exact
 * without forming any direction.
 */
public final class DirectionOverlap {
    private final int capacity;
    private final double[] half;
    private final double[] cosines;
    private final double[] squares;
    private final SymmetricEigen eigen;
    private int modes;

    public DirectionOverlap(int capacity) {
        this.capacity = capacity;
        half = new double[Math.multiplyExact(capacity, capacity)];
        cosines = new double[half.length];
        squares = new double[half.length];
        eigen = new SymmetricEigen(capacity);
    }

    /**
     * Compares the first {@code wanted} modes of two windows of {@code gram}, or as many as both have; modes that one of
     * them does not resolve become NaN.
     */
    public void compute(GramMatrix gram, GramSpectrum first, GramSpectrum second, int wanted) {
        modes = Math.min(wanted, Math.min(first.rows(), second.rows()));
        for (int row = 0; row < first.rows(); row++) {
            for (int mode = 0; mode < modes; mode++) {
                double sum = 0;
                for (int other = 0; other < second.rows(); other++) {
                    sum += gram.get(first.firstRow() + row, second.firstRow() + other) * second.left(other, mode);
                }
                half[row * capacity + mode] = sum;
            }
        }
        for (int mode = 0; mode < modes; mode++) {
            for (int otherMode = 0; otherMode < modes; otherMode++) {
                double sum = 0;
                for (int row = 0; row < first.rows(); row++) {
                    sum += first.left(row, mode) * half[row * capacity + otherMode];
                }
                boolean resolved = first.isResolved(mode) && second.isResolved(otherMode);
                cosines[mode * capacity + otherMode] =
                        resolved ? sum / (first.singularValue(mode) * second.singularValue(otherMode)) : Double.NaN;
            }
        }
    }

    /** Number of modes that were compared. */
    public int modes() {
        return modes;
    }

    /** |⟨v_k, v′_k⟩|, at most 1. */
    public double cosine(int mode) {
        return Math.min(Math.abs(cosines[mode * capacity + mode]), 1);
    }

    /** arccos|⟨v_k, v′_k⟩| in degrees (lifecycle of the edge, rotation stability). */
    public double angleDegrees(int mode) {
        return Math.toDegrees(Math.acos(cosine(mode)));
    }

    /**
     * Largest principal angle in degrees between the spans of the first {@code dimension} directions (Björck and Golub
     * 1973): arccos of the smallest singular value of their cosines; NaN where a mode is missing.
     */
    public double largestPrincipalAngleDegrees(int dimension) {
        if (dimension > modes) {
            return Double.NaN;
        }
        for (int row = 0; row < dimension; row++) {
            for (int column = 0; column < dimension; column++) {
                double sum = 0;
                for (int inner = 0; inner < dimension; inner++) {
                    sum += cosines[inner * capacity + row] * cosines[inner * capacity + column];
                }
                if (Double.isNaN(sum)) {
                    return Double.NaN;
                }
                squares[row * dimension + column] = sum;
            }
        }
        eigen.decompose(squares, dimension);
        double smallest = Math.sqrt(Math.max(eigen.value(dimension - 1), 0));
        return Math.toDegrees(Math.acos(Math.min(smallest, 1)));
    }
}
