package dev.spectraledge.analysis.nulls;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.Arrays;

/**
 * Whether the rows of a window could be rows of a pool: the largest singular value of the window against that of as many rows drawn
 * from window and pool together. If all rows are independent and alike, every choice of them is as good as the window, so that the
 * test is exact whatever their distribution: isotropic or not, normal or not (a permutation test, Fisher 1935).
 */
public final class RowExchange {
    private final int window;
    private final PhiloxKey key;
    private final RandomSequence random = new RandomSequence();
    private final GramMatrix chosen;
    private final GramSpectrum spectrum;

    /** @param window rows of the window */
    public RowExchange(int window, PhiloxKey key) {
        this.window = window;
        this.key = key;
        chosen = new GramMatrix(window);
        spectrum = new GramSpectrum(window);
    }

    /**
     * How rarely so many rows have a σ_1 as large as the first ones.
     *
     * @param gram products of the window's rows and then of the pool's
     * @param draws choices of rows besides the window's own
     * @param number of the test: others have other draws
     */
    public double probability(GramMatrix gram, int draws, long number) {
        int rows = gram.rows();
        if (rows < 2 * window) {
            throw new IllegalArgumentException(
                    "a pool of " + (rows - window) + " rows is smaller than the window of " + window);
        }
        int[] order = new int[rows];
        double[] drawn = new double[draws];
        for (int row = 0; row < rows; row++) {
            order[row] = row;
        }
        double observed = largest(gram, order);
        random.seek(key, number * draws * window);
        for (int draw = 0; draw < draws; draw++) {
            for (int row = 0; row < window; row++) {
                int other = row + Math.min((int) ((1 - random.uniform()) * (rows - row)), rows - row - 1);
                int moved = order[row];
                order[row] = order[other];
                order[other] = moved;
            }
            drawn[draw] = largest(gram, order);
        }
        return Null.of(drawn).probability(observed);
    }

    /** In one order, so that the same rows have the same σ_1 to the bit. */
    private double largest(GramMatrix gram, int[] order) {
        int[] rows = Arrays.copyOf(order, window);
        Arrays.sort(rows);
        chosen.resize(window);
        for (int row = 0; row < window; row++) {
            for (int column = 0; column <= row; column++) {
                chosen.set(row, column, gram.get(rows[row], rows[column]));
            }
        }
        spectrum.compute(chosen, 0, window);
        return spectrum.singularValue(0);
    }
}
