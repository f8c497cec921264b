package dev.spectraledge.analysis.spectrum;

import java.util.ArrayList;
import java.util.List;

/**
 * The spectrum of other rows than the updates themselves, under names with a prefix: {@code sigma_k}, {@code k_star, gap_ratio}.
 * The products of these rows are rounded, so that more than a few ulp of the largest σ² cannot be known.
 */
public final class DerivedWindow implements WindowStatistics {
    private final String prefix;
    private final int window;
    private final GramSpectrum spectrum;

    private DerivedWindow(String prefix, int window) {
        this.prefix = prefix;
        this.window = window;
        spectrum = GramSpectrum.ofValues(window);
    }

    /** {@code unit_…}: of rows with norm 1, to which large updates are no more than small ones; see {@link #scale}. */
    public static DerivedWindow ofUnitRows(int window) {
        return new DerivedWindow("unit_", window);
    }

    /** {@code transverse_…}: of rows without their part along θ, which weight decay shortens; see {@link #project}. */
    public static DerivedWindow acrossParameters(int window) {
        return new DerivedWindow("transverse_", window);
    }

    /** Sets {@code target} to the products of a window's updates, each divided by its norm; an update of norm 0 stays. */
    static void scale(ProductHistory history, GramMatrix target) {
        GramMatrix gram = history.gram();
        int first = history.firstRow();
        target.resize(history.rows());
        for (int row = 0; row < target.rows(); row++) {
            double square = gram.get(first + row, first + row);
            for (int column = 0; column < row; column++) {
                double scale = Math.sqrt(square) * Math.sqrt(gram.get(first + column, first + column));
                target.set(row, column, scale > 0 ? gram.get(first + row, first + column) / scale : 0);
            }
            target.set(row, row, square > 0 ? 1 : 0);
        }
    }

    /**
     * Sets {@code target} to the products of a window's updates without their parts along θ at its end, ⟨Δ_i, Δ_j⟩ − ⟨Δ_i, θ⟩⟨Δ_j,
     * θ⟩/‖θ‖², which follow from the products that are kept; to those of the updates where θ = 0.
     */
    static void project(ProductHistory history, GramMatrix target) {
        GramMatrix gram = history.gram();
        int first = history.firstRow();
        double square = history.parametersSquare();
        target.resize(history.rows());
        for (int row = 0; row < target.rows(); row++) {
            double along = square > 0 ? history.withNewestParameters(first + row) / square : 0;
            for (int column = 0; column <= row; column++) {
                double product =
                        gram.get(first + row, first + column) - along * history.withNewestParameters(first + column);
                target.set(row, column, column == row ? Math.max(product, 0) : product);
            }
        }
    }

    /** Numbers that there are. */
    int size() {
        return window + 2;
    }

    @Override
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (int mode = 1; mode <= window; mode++) {
            names.add(prefix + "sigma_" + mode);
        }
        names.add(prefix + "k_star");
        names.add(prefix + "gap_ratio");
        return names;
    }

    @Override
    public void compute(GramMatrix gram, int from, int to, long parameters, double[] target) {
        spectrum.compute(gram, from, to);
        fill(spectrum.trace(), target, 0);
    }

    /**
     * The same of all rows of a matrix that was derived from one of a larger trace, whose rounding it has.
     *
     * @param first element of {@code target} to set
     */
    void compute(GramMatrix gram, double trace, double[] target, int first) {
        spectrum.compute(gram, 0, gram.rows());
        fill(trace, target, first);
    }

    private void fill(double trace, double[] target, int first) {
        for (int mode = 0; mode < window; mode++) {
            target[first + mode] = mode < spectrum.rows() ? spectrum.singularValue(mode) : Double.NaN;
        }
        double least = spectrum.singularValue(spectrum.rows() - 1);
        boolean resolved = Resolution.resolves(least * least, trace);
        int position = SpectralEdge.position(spectrum);
        target[first + window] = resolved ? position : Double.NaN;
        target[first + window + 1] = resolved ? SpectralEdge.ratio(spectrum, position) : Double.NaN;
    }
}
