package dev.spectraledge.analysis.spectrum;

import java.util.ArrayList;
import java.util.List;

/**
 * A window's spectrum and its edge, in every definition that is in use; see {@link SpectralEdge}. It is what surrogates are looked at
 * with, 99 of a window for each null, whose products are rounded: values without vectors are enough.
 */
public final class EdgeStatistics implements WindowStatistics {
    /** Those that every table of windows had from the first; they are known for windows of two updates on. */
    private static final List<String> OF_ALL =
            List.of("k_star", "k_star_weighted", "gap_ratio", "g23", "g23_over_trace");

    /** Ratios that publications take for the edge wherever it is. */
    private static final int FIXED_RATIOS = 3;

    /** See {@link #further}. */
    static final List<String> FURTHER = List.of("k_star_noise", "k_star_margin", "ratio_12", "ratio_23", "ratio_34");

    private final int window;
    private final GramSpectrum spectrum;

    /** @param window most updates */
    public EdgeStatistics(int window) {
        this.window = window;
        spectrum = GramSpectrum.ofValues(window);
    }

    @Override
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (int mode = 1; mode <= window; mode++) {
            names.add("sigma_" + mode);
        }
        names.addAll(OF_ALL);
        names.addAll(FURTHER);
        return names;
    }

    @Override
    public void compute(GramMatrix gram, int from, int to, long parameters, double[] target) {
        spectrum.compute(gram, from, to);
        for (int mode = 0; mode < window; mode++) {
            target[mode] = mode < spectrum.rows() ? spectrum.singularValue(mode) : Double.NaN;
        }
        int position = SpectralEdge.position(spectrum);
        double subleadingGap = SpectralEdge.subleadingGap(spectrum);
        target[window] = position;
        target[window + 1] = SpectralEdge.weightedPosition(spectrum);
        target[window + 2] = SpectralEdge.ratio(spectrum, position);
        target[window + 3] = subleadingGap;
        target[window + 4] = subleadingGap / spectrum.trace();
        further(spectrum, parameters, target, window + OF_ALL.size());
    }

    /**
     * Sets {@link #FURTHER}: k* above the noise edge, by what factor k* beats the runner-up, and the ratios σ_k/σ_{k+1} at k = 1, 2
     * and 3; NaN where rounding alone would choose them.
     *
     * @param first element to set
     */
    static void further(GramSpectrum spectrum, long parameters, double[] target, int first) {
        boolean resolved = SpectralEdge.isResolved(spectrum);
        target[first] = resolved ? SpectralEdge.positionAboveNoise(spectrum, parameters) : Double.NaN;
        target[first + 1] = resolved ? SpectralEdge.margin(spectrum) : Double.NaN;
        for (int mode = 1; mode <= FIXED_RATIOS; mode++) {
            boolean known = mode < spectrum.rows() && spectrum.isResolved(mode);
            target[first + 1 + mode] = known ? SpectralEdge.ratio(spectrum, mode) : Double.NaN;
        }
    }
}
