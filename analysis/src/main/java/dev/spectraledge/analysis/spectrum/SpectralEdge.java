package dev.spectraledge.analysis.spectrum;

/** Where a window's spectrum breaks, and by how much. Modes are counted from 1 in k*, as in the papers. */
public final class SpectralEdge {
    private static final double RATIO_FLOOR = 1e-15;
    private static final double NEGLIGIBLE = 1e-12;
    private static final double RATIO_BESIDE_NEGLIGIBLE = 1e6;

    private SpectralEdge() {}

    /**
     * Whether k*, and gap and ratio there, are facts of the window: the largest of all ratios is known only where each σ is
     * resolved.
     */
    public static boolean isResolved(GramSpectrum spectrum) {
        return spectrum.isResolved(spectrum.rows() - 1);
    }

    /**
     * k* = argmax σ_j/σ_{j+1} over 1 ≤ j &lt; w, the denominator at least 1e-15; the first of equals (thesis, definition of
     * the gap position). Needs two modes.
     */
    public static int position(GramSpectrum spectrum) {
        int position = 1;
        double largest = -1;
        for (int mode = 1; mode < spectrum.rows(); mode++) {
            double ratio = ratio(spectrum, mode);
            if (ratio > largest) {
                largest = ratio;
                position = mode;
            }
        }
        return position;
    }

    /**
     * k* = argmax (σ_j/Σσ)·(σ_j/σ_{j+1}), the definition of the published replications; the ratio counts as 1e6 where
     * σ_{j+1} &lt; 1e-12, and k* = 1 where Σσ &lt; 1e-12. The weight favours k* = 1.
     */
    public static int weightedPosition(GramSpectrum spectrum) {
        double sum = 0;
        for (int mode = 0; mode < spectrum.rows(); mode++) {
            sum += spectrum.singularValue(mode);
        }
        int position = 1;
        if (sum < NEGLIGIBLE) {
            return position;
        }
        double largest = -1;
        for (int mode = 1; mode < spectrum.rows(); mode++) {
            double value = spectrum.singularValue(mode - 1);
            double next = spectrum.singularValue(mode);
            double weighted = value / sum * (next < NEGLIGIBLE ? RATIO_BESIDE_NEGLIGIBLE : value / next);
            if (weighted > largest) {
                largest = weighted;
                position = mode;
            }
        }
        return position;
    }

    /**
     * k* among the k whose σ_{k+1} lies above the {@link #noiseEdge}; 0 where there is none (Spectral Edge Dynamics, overview).
     *
     * @param parameters P, the length of an update
     */
    public static int positionAboveNoise(GramSpectrum spectrum, long parameters) {
        double edge = noiseEdge(spectrum, parameters);
        int position = 0;
        double largest = -1;
        for (int mode = 1; mode < spectrum.rows() && spectrum.singularValue(mode) > edge; mode++) {
            double ratio = ratio(spectrum, mode);
            if (ratio > largest) {
                largest = ratio;
                position = mode;
            }
        }
        return position;
    }

    /**
     * The largest σ that noise would have by the law of Marchenko and Pastur, ν√P(1 + √(w/P)), if the lower half of the window's
     * modes were noise: ν²P = mean of their σ² (Spectral Edge Dynamics). Where P ≫ w it is hardly more than
     * their mean.
     *
     * @param parameters P, the length of an update
     */
    public static double noiseEdge(GramSpectrum spectrum, long parameters) {
        return Math.sqrt(lowerHalf(spectrum)) * (1 + Math.sqrt((double) spectrum.rows() / parameters));
    }

    /** Mean σ² of the modes from ⌊w/2⌋ + 1 on, which publications take for the noise ν²P of an update. */
    public static double lowerHalf(GramSpectrum spectrum) {
        int rows = spectrum.rows();
        double sum = 0;
        for (int mode = rows / 2; mode < rows; mode++) {
            sum += spectrum.singularValue(mode) * spectrum.singularValue(mode);
        }
        return sum / (rows - rows / 2);
    }

    /** By what factor the largest ratio exceeds the second largest: 1 for a tie. NaN with two modes, which have one ratio. Ours. */
    public static double margin(GramSpectrum spectrum) {
        double largest = Double.NaN;
        double second = Double.NaN;
        for (int mode = 1; mode < spectrum.rows(); mode++) {
            double ratio = ratio(spectrum, mode);
            if (mode == 1 || ratio > largest) {
                second = largest;
                largest = ratio;
            } else if (mode == 2 || ratio > second) {
                second = ratio;
            }
        }
        return largest / second;
    }

    /** g = σ_k* − σ_{k*+1}. */
    public static double gap(GramSpectrum spectrum, int position) {
        return spectrum.singularValue(position - 1) - spectrum.singularValue(position);
    }

    /**
     * R, the ratio of σ_k* to σ_{k*+1}, the denominator at least 1e-15; 1 for a spectrum that vanishes (Σσ &lt; 1e-12), as in the published
     * replications.
     */
    public static double ratio(GramSpectrum spectrum, int position) {
        if (spectrum.singularValue(0) * spectrum.rows() < NEGLIGIBLE) {
            return 1;
        }
        return spectrum.singularValue(position - 1) / Math.max(spectrum.singularValue(position), RATIO_FLOOR);
    }

    /**
     * g23 = σ_2² − σ_3². A window of two rows gives σ_2², as the published Gram tables do; since such values are large and
     * compete for "early" maxima, compare full windows only.
     */
    public static double subleadingGap(GramSpectrum spectrum) {
        double second = spectrum.singularValue(1);
        double third = spectrum.rows() > 2 ? spectrum.singularValue(2) : 0;
        return second * second - third * third;
    }
}
