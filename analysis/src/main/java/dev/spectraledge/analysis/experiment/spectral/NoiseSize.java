package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.spectrum.GramMatrix;

/**
 * How large independent rows of one distribution are, and in how many directions: with their covariance C the mean of ‖x‖² is tr C
 * and that of ⟨x, y⟩² is tr C², and (tr C)²/tr C² is the number of directions of isotropic noise with both.
 *
 * @param square mean ‖x‖²
 * @param dimension effective number of directions, p for isotropic noise
 */
record NoiseSize(double square, double dimension) {
    /** Of all rows from {@code first} on; there are two or more. */
    static NoiseSize of(GramMatrix gram, int first) {
        double squares = 0;
        double products = 0;
        int rows = gram.rows() - first;
        for (int row = first; row < gram.rows(); row++) {
            squares += gram.get(row, row);
            for (int column = first; column < row; column++) {
                products += gram.get(row, column) * gram.get(row, column);
            }
        }
        double mean = squares / rows;
        double ofPairs = products / (rows * (rows - 1) / 2.0);
        return new NoiseSize(mean, mean * mean / ofPairs);
    }
}
