package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;

/**
 * What becomes of the singular values of a window whose rows are multiplied with d vectors of independent normal numbers, divided by
 * √d (Spectral Edge Dynamics §5). Seen in the basis of its own directions the window is diag(σ), and the vectors are normal numbers
 * again, so that the products of the sketch are ΣLLᵀΣ/d with L lower triangular, normal below the diagonal, and L_ii² a χ² number of
 * d − i degrees of freedom (Bartlett 1933): its law depends on σ and d alone, whatever the updates are and however many parameters.
 */
final class SketchLaw {
    private final double[] values;
    private final int dimension;
    private final double[][] triangle;
    private final GramMatrix gram;
    private final GramSpectrum spectrum;

    /**
     * Of a window.
     *
     * @param values σ_1, σ_2, …
     * @param dimension d, at least two more than there are values
     */
    SketchLaw(double[] values, int dimension) {
        int rows = values.length;
        if (dimension < rows + 2) {
            throw new IllegalArgumentException(
                    "a sketch of " + dimension + " numbers is too short for " + rows + " singular values");
        }
        this.values = values.clone();
        this.dimension = dimension;
        triangle = new double[rows][rows];
        gram = new GramMatrix(rows);
        gram.resize(rows);
        spectrum = GramSpectrum.ofValues(rows);
    }

    /** The spectrum of a sketch; it is overwritten by the next one. */
    GramSpectrum draw(RandomSequence random) {
        int rows = values.length;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < row; column++) {
                triangle[row][column] = random.normal();
            }
            triangle[row][row] = Math.sqrt(random.chiSquared((double) dimension - row));
        }
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column <= row; column++) {
                double sum = 0;
                for (int inner = 0; inner <= column; inner++) {
                    sum += triangle[row][inner] * triangle[column][inner];
                }
                gram.set(row, column, values[row] * values[column] * sum / dimension);
            }
        }
        spectrum.compute(gram, 0, rows);
        return spectrum;
    }
}
