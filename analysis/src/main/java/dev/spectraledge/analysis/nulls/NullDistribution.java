package dev.spectraledge.analysis.nulls;

import dev.spectraledge.analysis.spectrum.EdgeStatistics;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.WindowStatistics;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.List;

/**
 * Distribution of a window's statistics over surrogates of it. The draws for a step depend on the key and the step alone,
 * so that a resumed run writes the same numbers.
 */
public final class NullDistribution {
    private final WindowStatistics statistics;
    private final int draws;
    private final PhiloxKey key;
    private final RandomSequence random = new RandomSequence();
    private final SurrogateGram surrogate;
    private final LagCorrelation correlation;
    private final GramMatrix gram;
    private final double[][] samples;
    private final double[] observed;
    private final double[] drawn;
    private final double[] exceedance;

    /** Of what {@link EdgeStatistics} says of windows of at most {@code window} updates. */
    public NullDistribution(int window, int draws, PhiloxKey key) {
        this(new EdgeStatistics(window), window, draws, key);
    }

    /**
     * Of any statistics.
     *
     * @param rows most updates in a row that they look at
     * @param draws surrogates of a window; 99 make quantiles of 5, 50 and 95 % the 5th, 50th and 95th
     */
    public NullDistribution(WindowStatistics statistics, int rows, int draws, PhiloxKey key) {
        if (draws < 1) {
            throw new IllegalArgumentException("a null distribution needs at least 1 draw, got " + draws);
        }
        this.statistics = statistics;
        this.draws = draws;
        this.key = key;
        surrogate = new SurrogateGram(rows, random);
        correlation = new LagCorrelation(rows);
        gram = new GramMatrix(rows);
        int count = statistics.names().size();
        samples = new double[count][draws];
        observed = new double[count];
        drawn = new double[count];
        exceedance = new double[count];
    }

    /** Names of what {@link EdgeStatistics} says, in order. */
    public static List<String> statistics(int window) {
        return new EdgeStatistics(window).names();
    }

    /** Names of the statistics, in order. */
    List<String> names() {
        return statistics.names();
    }

    /**
     * Draws surrogates of rows {@code [from, to)} of a Gram matrix, at least two of them.
     *
     * @param parameters P, the length of an update
     */
    public void compute(NullModel model, GramMatrix observedGram, int from, int to, long parameters, long step) {
        statistics.compute(observedGram, from, to, parameters, observed);
        if (model == NullModel.AUTOCORRELATED) {
            correlation.measure(observedGram, from, to);
        }
        long experiment = 2 * step + model.code();
        for (int draw = 0; draw < draws; draw++) {
            random.seek(key, (experiment * draws + draw) * surrogate.blocksPerDraw());
            surrogate.draw(
                    observedGram, from, to, parameters, model == NullModel.AUTOCORRELATED ? correlation : null, gram);
            statistics.compute(gram, 0, to - from, parameters, drawn);
            for (int statistic = 0; statistic < samples.length; statistic++) {
                insert(samples[statistic], draw, drawn[statistic]);
            }
        }
        for (int statistic = 0; statistic < samples.length; statistic++) {
            exceedance[statistic] = Null.probability(Null.reaching(samples[statistic], observed[statistic]), draws);
        }
    }

    /** Puts a value in its place among the first {@code count} sorted ones, NaN last; the library's sort makes garbage. */
    private static void insert(double[] sorted, int count, double value) {
        int place = count;
        while (place > 0 && Double.compare(sorted[place - 1], value) > 0) {
            sorted[place] = sorted[place - 1];
            place--;
        }
        sorted[place] = value;
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
