package dev.spectraledge.kernels.linalg;

import java.util.Objects;

/**
 * Approximate singular values and left vectors of a trajectory A (T rows), with an a-posteriori estimate of the error of
 * each truncation; made by {@link StreamingSvd#spectrum()}. The values wanted are the first r; the others, up to the size
 * of the sketch, only make the scree of errors.
 *
 * <p>With the Gaussian error sketch Θ of q rows, independent of Â, err² = ‖Θ(A − Â)‖_F²/q has the mean ‖A − Â‖_F² and
 * satisfies P{err² ≤ (1−ε)‖A − Â‖_F²} ≤ (e^ε(1−ε))^(q/2) (Tropp, Yurtsever, Udell and Cevher 2019, section 6; a Chernoff
 * bound, worst for an error of rank 1, where err² is χ²_q/q times the truth). By Weyl, |σ̂_j − σ_j| ≤ ‖A − Â‖₂ ≤ ‖A − Â‖_F.
 * Rows of float32 leave a floor of about 10⁻⁷‖A‖_F under the estimate.
 */
public final class StreamingSpectrum {
    private final int updates;
    private final int errorRows;
    private final double[] values;
    private final double[][] leftVectors;
    private final double[][] combinations;
    private final double[] errors;
    private final double squaredNorm;

    StreamingSpectrum(
            int updates,
            int errorRows,
            double[] values,
            double[][] leftVectors,
            double[][] combinations,
            double[] errors,
            double squaredNorm) {
        this.updates = updates;
        this.errorRows = errorRows;
        this.values = values;
        this.leftVectors = leftVectors;
        this.combinations = combinations;
        this.errors = errors;
        this.squaredNorm = squaredNorm;
    }

    /** Of rows that are all zero: exact. */
    static StreamingSpectrum ofZero(int updates, int errorRows) {
        return new StreamingSpectrum(
                updates, errorRows, new double[0], new double[updates][0], new double[0][], new double[1], 0);
    }

    /** T, the number of rows that had been seen. */
    public int updates() {
        return updates;
    }

    /** Number of singular values here, at most k = 4r + 1 of the sketch; 0 where all rows are zero. */
    public int size() {
        return values.length;
    }

    /** σ̂ of index {@code index}, 0 being the largest. */
    public double singularValue(int index) {
        return values[index];
    }

    /** Component of the unit left singular vector {@code index} at row {@code row} of the trajectory. */
    public double leftVector(int index, int row) {
        return leftVectors[row][index];
    }

    /** ‖A‖_F², exact to rounding. */
    public double squaredNorm() {
        return squaredNorm;
    }

    /** Estimate of ‖A − Â_ρ‖_F for the approximation by the first {@code rank} singular values, 0 to {@link #size()}. */
    public double errorEstimate(int rank) {
        return errors[Objects.checkIndex(rank, errors.length)];
    }

    /** Upper bound of ‖A − Â_ρ‖_F that fails with at most the given probability over the error sketch. */
    public double errorBound(int rank, double failureProbability) {
        if (!(failureProbability > 0 && failureProbability < 1)) {
            throw new IllegalArgumentException("a failure probability lies between 0 and 1, got " + failureProbability);
        }
        double exponent = 2 * Math.log(failureProbability) / errorRows;
        double low = 0;
        double high = 1;
        for (int step = 0; step < 60; step++) {
            double middle = (low + high) / 2;
            if (middle + Math.log1p(-middle) > exponent) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return errorEstimate(rank) / Math.sqrt(1 - high);
    }

    /** Coefficient of row {@code row} of the co-range sketch in the right singular vector {@code index}. */
    double combination(int index, int row) {
        return combinations[index][row];
    }
}
