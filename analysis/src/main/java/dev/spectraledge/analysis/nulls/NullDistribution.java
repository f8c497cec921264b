package dev.spectraledge.analysis.nulls;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Distribution of a window's statistics over surrogates of it. The draws for a step depend on the key and the step alone,
 * so that a resumed run writes the same numbers.
 */
public final class NullDistribution {
    private final int window;
    private final int draws;
    private final PhiloxKey key;
    private final RandomSequence random = new RandomSequence();
    private final SurrogateGram surrogate;
    private final LagCorrelation correlation;
    private final GramMatrix gram;
    private final GramSpectrum spectrum;
    private final double[][] samples;
    private final double[] observed;
    private final double[] drawn;
    private final double[] exceedance;

    /** @param draws surrogates of a window; 99 make quantiles of 5, 50 and 95 % the 5th, 50th and 95th */
    public NullDistribution(int window, int draws, PhiloxKey key) {
        if (draws < 1) {
            throw new IllegalArgumentException("a null distribution needs at least 1 draw, got " + draws);
        }
        this.window = window;
        this.draws = draws;
        this.key = key;
        surrogate = new SurrogateGram(window, random);
        correlation = new LagCorrelation(window);
        gram = new GramMatrix(window);
        spectrum = new GramSpectrum(window);
        int statistics = statistics(window).size();
        samples = new double[statistics][draws];
        observed = new double[statistics];
        drawn = new double[statistics];
        exceedance = new double[statistics];
    }

    /** Names of the statistics, in order. */
    public static List<String> statistics(int window) {
        List<String> names = new ArrayList<>();
        for (int mode = 1; mode <= window; mode++) {
            names.add("sigma_" + mode);
        }
        names.addAll(List.of("k_star", "k_star_weighted", "gap_ratio", "g23", "g23_over_trace"));
        return names;
    }

    /**
     * Draws surrogates of rows {@code [from, to)} of a Gram matrix, at least two of them.
     *
     * @param parameters P, the length of an update
     */
    public void compute(NullModel model, GramMatrix observedGram, int from, int to, long parameters, long step) {
        spectrum.compute(observedGram, from, to);
        store(observed);
        if (model == NullModel.AUTOCORRELATED) {
            correlation.measure(observedGram, from, to);
        }
        long experiment = 2 * step + model.code();
        for (int draw = 0; draw < draws; draw++) {
            random.seek(key, (experiment * draws + draw) * surrogate.blocksPerDraw());
            surrogate.draw(
                    observedGram, from, to, parameters, model == NullModel.AUTOCORRELATED ? correlation : null, gram);
            spectrum.compute(gram, 0, to - from);
            store(drawn);
            for (int statistic = 0; statistic < samples.length; statistic++) {
                insert(samples[statistic], draw, drawn[statistic]);
            }
        }
        for (int statistic = 0; statistic < samples.length; statistic++) {
            exceedance[statistic] = Null.probability(Null.reaching(samples[statistic], observed[statistic]), draws);
        }
    }

    /** Puts a value in its place among the first {@code count} sorted ones; the library's sort makes garbage. */
    private static void insert(double[] sorted, int count, double value) {
        int place = count;
        while (place > 0 && sorted[place - 1] > value) {
            sorted[place] = sorted[place - 1];
            place--;
        }
        sorted[place] = value;
    }

    private void store(double[] target) {
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
    }

    /** The bound of a statistic that a share of the null does not exceed, by the rule of {@link Null}. */
    public double quantile(int statistic, double probability) {
        return samples[statistic][Null.rank(probability, draws) - 1];
    }

    /** How rarely the null reaches the observed value, by the rule of {@link Null}. */
    public double exceedance(int statistic) {
        return exceedance[statistic];
    }
}
