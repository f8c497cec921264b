package dev.spectraledge.analysis.series;

import dev.spectraledge.kernels.PhiloxKey;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Series with the trend of another one and nothing else of it: beside the trend there is what is as slow, and knows nothing of it.
 *
 * @param trend of the series
 * @param rest beside it
 */
@SuppressWarnings("ArrayRecordComponent")
public record TrendSurrogates(double[] trend, double[] rest) {
    /** Of a series and what takes its trend out. */
    public static TrendSurrogates of(double[] values, Residuals trend) {
        double[] rest = trend.apply(values);
        double[] explained = new double[values.length];
        Arrays.setAll(explained, index -> values[index] - rest[index]);
        return new TrendSurrogates(explained, rest);
    }

    /** As many as of {@link SeriesNull#draws}, always the same ones of a key. */
    public Stream<double[]> draws(SeriesNull model, PhiloxKey key) {
        return model.draws(rest, key).map(drawn -> {
            double[] values = new double[drawn.length];
            Arrays.setAll(values, index -> trend[index] + drawn[index]);
            return values;
        });
    }
}
