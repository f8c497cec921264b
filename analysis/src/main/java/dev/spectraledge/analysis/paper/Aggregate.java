package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.RunException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** How the values of several seeds become what is compared with a published number. */
public enum Aggregate {
    /** Of one seed, or each of several: all must lie within the tolerance. */
    EACH,
    /** Their mean. */
    MEAN,
    /** Their population standard deviation, as NumPy's default. */
    SD,
    /** The middle one, the lower of two. */
    MEDIAN;

    static Aggregate parse(String text) {
        try {
            return valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new RunException("an aggregate is each, mean, sd or median, not '" + text + "'", unknown);
        }
    }

    /** Numbers to be judged. */
    double[] of(double[] values) {
        return switch (this) {
            case EACH -> values;
            case MEAN -> new double[] {mean(values)};
            case SD ->
                new double[] {
                    Math.sqrt(mean(DoubleStream.of(values)
                            .map(value -> Math.pow(value - mean(values), 2))
                            .toArray()))
                };
            case MEDIAN -> {
                double[] sorted = values.clone();
                Arrays.sort(sorted);
                yield new double[] {sorted[(sorted.length - 1) / 2]};
            }
        };
    }

    private static double mean(double[] values) {
        return DoubleStream.of(values).average().orElse(Double.NaN);
    }
}
