package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.spectrum.SpectralEdge;

/**
 * The published test whether all modes of a window are signal (thesis §3.5): σ_W over d_crit = ν(p(W − 1))^¼, where ν²p is the mean
 * σ² of the lower half of the modes. It is the quotient of σ_W and the root of that mean, which is near 1, times (p/(W − 1))^¼,
 * which is large whatever the updates are: noise passes.
 */
final class PublishedThreshold {
    /** The least ratio that passes. */
    static final double PASS = 5;

    private PublishedThreshold() {}

    /** σ_W/d_crit. */
    static double ratio(GramSpectrum spectrum, long parameters) {
        int rows = spectrum.rows();
        double perEntry = SpectralEdge.lowerHalf(spectrum) / parameters;
        return spectrum.singularValue(rows - 1)
                / (Math.sqrt(perEntry) * Math.pow((double) parameters * (rows - 1), 0.25));
    }

    /** (p/(W − 1))^¼, the ratio of a window whose σ are all alike, such as that of noise. */
    static double ofNoise(int rows, long parameters) {
        return Math.pow((double) parameters / (rows - 1), 0.25);
    }
}
