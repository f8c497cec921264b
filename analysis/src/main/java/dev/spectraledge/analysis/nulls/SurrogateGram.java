package dev.spectraledge.analysis.nulls;

import dev.spectraledge.analysis.spectrum.GramMatrix;

/**
 * Draws Gram matrices of surrogate windows without drawing the windows. w rows of P independent normal numbers have the
 * Gram matrix LLᵀ, with L lower triangular, normal below the diagonal and L_ii² a χ² number of P − i degrees of freedom
 * (Bartlett 1933; Muirhead, Aspects of Multivariate Statistical Theory, theorem 3.2.14). Rows mixed by A have ALLᵀAᵀ. Each
 * row is then scaled to the norm that it has in the observed window.
 */
final class SurrogateGram {
    private final int capacity;
    private final double[] triangle;
    private final double[] mixed;
    private final RandomSequence random;

    SurrogateGram(int capacity, RandomSequence random) {
        this.capacity = capacity;
        this.random = random;
        triangle = new double[capacity * capacity];
        mixed = new double[capacity * capacity];
    }

    /** Blocks of the random stream set aside for one draw, several times what it takes on average. */
    long blocksPerDraw() {
        return 4L * capacity * capacity + 64L * capacity;
    }

    /**
     * Draws a surrogate of rows {@code [from, to)} of {@code observed}.
     *
     * @param parameters P, at least one more than there are rows
     * @param correlation the mixing A; null for independent rows
     */
    void draw(GramMatrix observed, int from, int to, long parameters, LagCorrelation correlation, GramMatrix target) {
        int rows = to - from;
        if (parameters <= rows) {
            throw new IllegalArgumentException(
                    "a surrogate of " + rows + " updates needs more than " + rows + " parameters, got " + parameters);
        }
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < row; column++) {
                triangle[row * capacity + column] = random.normal();
            }
            triangle[row * capacity + row] = Math.sqrt(random.chiSquared((double) (parameters - row)));
        }
        for (int row = 0; row < rows; row++) {
            mixRow(row, rows, correlation, Math.sqrt(observed.get(from + row, from + row)));
        }
        target.resize(rows);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column <= row; column++) {
                double sum = 0;
                for (int inner = 0; inner < rows; inner++) {
                    sum += mixed[row * capacity + inner] * mixed[column * capacity + inner];
                }
                target.set(row, column, sum);
            }
        }
    }

    private void mixRow(int row, int rows, LagCorrelation correlation, double norm) {
        double squares = 0;
        for (int column = 0; column < rows; column++) {
            double entry = 0;
            if (correlation == null) {
                entry = column <= row ? triangle[row * capacity + column] : 0;
            } else {
                for (int inner = column; inner < rows; inner++) {
                    entry += correlation.factor(row, inner) * triangle[inner * capacity + column];
                }
            }
            mixed[row * capacity + column] = entry;
            squares += entry * entry;
        }
        double scale = norm / Math.sqrt(squares);
        for (int column = 0; column < rows; column++) {
            mixed[row * capacity + column] *= scale;
        }
    }
}
