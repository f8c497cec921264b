package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;
import java.util.List;

/**
 * Relative errors of σ_k/σ_{k+1} of sketched windows.
 *
 * @param errors (r̃ − r)/r of every window and draw
 * @param kept share of draws in which k* = argmax is that of the window
 */
@SuppressWarnings("ArrayRecordComponent")
record SketchErrors(double[] errors, double kept) {
    /**
     * Of some windows, for k from 1 on.
     *
     * @param windows singular values of each, the largest first
     * @param ratios how many k
     * @param draws sketches of each window
     */
    static List<SketchErrors> of(List<double[]> windows, int ratios, int dimension, int draws, RandomSequence random) {
        double[][] errors = new double[ratios][windows.size() * draws];
        int index = 0;
        int kept = 0;
        for (double[] values : windows) {
            SketchLaw law = new SketchLaw(values, dimension);
            int position = position(values);
            for (int draw = 0; draw < draws; draw++) {
                GramSpectrum sketched = law.draw(random);
                for (int mode = 1; mode <= ratios; mode++) {
                    errors[mode - 1][index] =
                            SpectralEdge.ratio(sketched, mode) / (values[mode - 1] / values[mode]) - 1;
                }
                index++;
                kept += SpectralEdge.position(sketched) == position ? 1 : 0;
            }
        }
        double share = (double) kept / index;
        return Arrays.stream(errors).map(each -> new SketchErrors(each, share)).toList();
    }

    private static int position(double[] values) {
        int position = 1;
        for (int mode = 2; mode < values.length; mode++) {
            position = values[mode - 1] / values[mode] > values[position - 1] / values[position] ? mode : position;
        }
        return position;
    }

    private double[] absolute() {
        return Arrays.stream(errors).map(Math::abs).toArray();
    }

    /** Mean of |(r̃ − r)/r|. */
    double mean() {
        return Statistics.mean(absolute());
    }

    double deviation() {
        return Statistics.deviation(absolute());
    }

    double largest() {
        return Arrays.stream(absolute()).max().orElse(Double.NaN);
    }

    /** Mean of (r̃ − r)/r. */
    double bias() {
        return Statistics.mean(errors);
    }
}
