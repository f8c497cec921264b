package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** The percentile interval of a statistic when whole runs are drawn with replacement (Efron and Tibshirani 1993, §13.3). */
public record ResampledRuns(double low, double high) {
    private static final int DRAWS = 1000;
    private static final long SEED = 20_260_401;

    /**
     * Draws, with a fixed seed.
     *
     * @param level probability that the interval misses, both sides together
     * @param statistic of how many times each run counts; draws without a value are left out
     */
    static ResampledRuns of(int runs, double level, ToDoubleFunction<int[]> statistic) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] weights = new int[runs];
        double[] values = new double[DRAWS];
        int known = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            Arrays.fill(weights, 0);
            for (int run = 0; run < runs; run++) {
                weights[random.nextInt(runs)]++;
            }
            double value = statistic.applyAsDouble(weights);
            if (!Double.isNaN(value)) {
                values[known++] = value;
            }
        }
        if (known == 0) {
            return new ResampledRuns(Double.NaN, Double.NaN);
        }
        double[] drawn = Arrays.copyOf(values, known);
        return new ResampledRuns(Statistics.quantile(drawn, level / 2), Statistics.quantile(drawn, 1 - level / 2));
    }
}
