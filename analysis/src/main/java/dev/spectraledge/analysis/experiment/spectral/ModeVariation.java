package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.stream.IntStream;

/**
 * How different the σ² of some modes are: their deviation over their mean. The law of Marchenko and Pastur gives √(W/P) for all modes of W
 * rows of isotropic noise of length P, to which Spectral Edge Dynamics compares a "noise CV" that it does not define.
 */
final class ModeVariation {
    private ModeVariation() {}

    /** Of the modes from {@code first} on, counted from 0. */
    static double of(GramSpectrum spectrum, int first) {
        return of(IntStream.range(first, spectrum.rows())
                .mapToDouble(mode -> spectrum.singularValue(mode) * spectrum.singularValue(mode))
                .toArray());
    }

    /** Of any values. */
    static double of(double[] values) {
        return Statistics.deviation(values) / Statistics.mean(values);
    }

    /** √(W/P). */
    static double ofNoise(int rows, double dimension) {
        return Math.sqrt(rows / dimension);
    }
}
