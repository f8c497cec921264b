package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.ArrayList;
import java.util.List;

/**
 * The smaller over the larger of two neighbouring spacings of eigenvalues (Oganesyan and Huse 2007), which needs no density of levels
 * to compare with: levels that do not feel each other have a mean of 2 ln 2 − 1 and often a small ratio, levels of a random symmetric
 * matrix repel each other and have about 0.53 (Atas, Bogomolny, Giraud and Roux 2013).
 */
final class SpacingRatios {
    /** Mean where levels are independent. */
    static final double POISSON = 2 * Math.log(2) - 1;
    /** Mean of the surmise for random symmetric matrices. */
    static final double REPELLED = 4 - 2 * Math.sqrt(3);
    /** A ratio below it counts as small. */
    static final double SMALL = 0.1;

    private static final int MIDPOINTS = 1000;

    private final List<Double> ratios = new ArrayList<>();

    /** Adds those of levels in descending order; ties that cannot be told from a double level count as ratio 0. */
    void add(double[] levels) {
        for (int level = 0; level + 2 < levels.length; level++) {
            double one = levels[level] - levels[level + 1];
            double other = levels[level + 1] - levels[level + 2];
            double larger = Math.max(one, other);
            ratios.add(larger > 0 ? Math.min(one, other) / larger : 0);
        }
    }

    /** Those of the eigenvalues of windows. */
    static SpacingRatios of(List<GramMatrix> windows) {
        SpacingRatios ratios = new SpacingRatios();
        for (GramMatrix window : windows) {
            ratios.add(levels(window));
        }
        return ratios;
    }

    /** Those of as many windows of independent levels. */
    static SpacingRatios independent(RandomSequence random, int windows, int levels) {
        SpacingRatios ratios = new SpacingRatios();
        double[] drawn = new double[levels];
        for (int window = 0; window < windows; window++) {
            for (int level = levels - 2; level >= 0; level--) {
                drawn[level] = drawn[level + 1] - Math.log(random.uniform());
            }
            ratios.add(drawn);
        }
        return ratios;
    }

    /** σ_j², descending. */
    static double[] levels(GramMatrix window) {
        GramSpectrum spectrum = new GramSpectrum(window.rows());
        spectrum.compute(window, 0, window.rows());
        double[] levels = new double[window.rows()];
        for (int mode = 0; mode < levels.length; mode++) {
            levels[mode] = spectrum.singularValue(mode) * spectrum.singularValue(mode);
        }
        return levels;
    }

    /** Ascending. */
    double[] sorted() {
        return ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    /** Share of ratios below one where levels are independent: the density is 2/(1 + r)². */
    static double poissonShare(double ratio) {
        return 2 * ratio / (1 + ratio);
    }

    /** The same by the surmise for random symmetric matrices, (27/4)(r + r²)/(1 + r + r²)^{5/2}, by the midpoint rule. */
    static double repelledShare(double ratio) {
        double sum = 0;
        for (int index = 0; index < MIDPOINTS; index++) {
            double r = (index + 0.5) / MIDPOINTS * ratio;
            sum += 6.75 * (r + r * r) / Math.pow(1 + r + r * r, 2.5);
        }
        return sum / MIDPOINTS * ratio;
    }

    int size() {
        return ratios.size();
    }

    double mean() {
        return Statistics.mean(ratios);
    }

    /** Share of ratios below {@link #SMALL}. */
    double smallShare() {
        return (double) ratios.stream().filter(ratio -> ratio < SMALL).count() / ratios.size();
    }
}
